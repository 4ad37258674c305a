// Fault matrix: what happens to processes of pgpool.

#include <signal.h>

#include <algorithm>
#include <filesystem>

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/ports.h"
#include "tests/support/postgres_pair.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

using enum ExitCode;

}  // namespace

TEST_CASE("fault matrix: nothing is wrong") {
    play("nothing is wrong", {{"it does not run", put_up<State>,
                               std::vector<Cell>{
                                   {"monitor 0", {not_running}},
                                   {"monitor 10", {not_running}},
                                   {"monitor 20", {not_running}},
                                   {"probe", {not_running}},
                                   {"promote", {not_running}},
                                   {"demote", {success}, "", "nothing is left that could be promoted"},
                                   {"reload", {not_running}},
                                   {"reload-agent", {not_running}},
                                   {"validate-all", {success}},
                                   {"validate-all 10", {success}},
                                   {"stop", {success}},
                                   {"start", {success}},
                               } + actions_without_pgpool},
                              {"it serves", put_up<Healthy>,
                               std::vector<Cell>{
                                   {"monitor 0", {success}},
                                   {"monitor 10", {success}},
                                   {"monitor 20", {success}},
                                   {"probe", {success}},
                                   {"promote", {success}},
                                   {"monitor 0", {running_promoted}},
                                   {"monitor 10", {running_promoted}},
                                   {"demote", {success}},
                                   {"monitor 0", {success}},
                                   {"reload", {success}},
                                   {"reload-agent", {success}},
                                   {"validate-all", {success}},
                                   {"validate-all 10", {success}},
                                   {"start", {success}},
                                   {"stop", {success}},
                               } + actions_without_pgpool}});
}

namespace {

// It looks for a primary for as long as it is let: both backends are one standby.
struct Starting : State {
    Starting() {
        const auto standby = std::to_string(PostgresPair::shared().standby_port());
        pgpool.configure("backend_port0 = " + standby + "\nsearch_primary_node_timeout = 1000");
        pgpool.start();
    }
};

// The agent that starts it has been frozen, and holds what keeps two starts apart.
struct StartedByFrozenAgent : State {
    StartedByFrozenAgent() : agent_(pgpool.begin("start")) {
        REQUIRE(eventually([&] { return !pgpool.tree().empty(); }));
        freeze(agent_.pid());
        REQUIRE(eventually([&] { return pgpool.accepts_clients(); }));
        pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    }

 private:
    Program agent_;
};

struct InFailover : Healthy {
    InFailover() {
        pgpool.configure("failover_command = 'sleep 1000; true'");
        REQUIRE(pgpool.act("reload").code == success);
        // Taken when main is idle, which the reload does not wait for.
        REQUIRE(
            eventually([&] { return pgpool.client().query("PGPOOL SHOW failover_command") == "sleep 1000; true"; }));
        pgpool.pcp("pcp_detach_node", {"-n", "1"});
        REQUIRE(eventually([&] { return runs_in(pgpool.tree(), "sleep"); }));
        pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    }
};

// It was told to stop when its clients have left, and one has not.
struct Stopping : Healthy {
    Stopping() : client_(pgpool.client()) {
        client_.query("BEGIN");
        REQUIRE(::kill(pgpool.main(), SIGTERM) == 0);
        REQUIRE(eventually([&] { return pgpool.idle_children().empty(); }));
    }

 private:
    SqlClient client_;
};

}  // namespace

TEST_CASE("fault matrix: it is on its way") {
    play("it is on its way", {{"it looks for a primary",
                               put_up<Starting>,
                               {
                                   {"monitor 0", {success}},
                                   {"monitor 10", {degraded}, "PCP"},
                                   {"monitor 20", {degraded}, "PCP"},
                                   {"probe", {success}},
                                   {"start", {success}},
                                   {"stop", {success}},
                               }},
                              {"the agent that starts it hangs",
                               put_up<StartedByFrozenAgent>,
                               {
                                   {"monitor 0", {success}},
                                   {"monitor 10", {success}},
                                   {"probe", {success}},
                                   {"start", {generic_error}, "another start or stop of it is still under way"},
                                   {"stop", {success}, "", "a start that hangs must not make it fail"},
                               }},
                              {"a failover runs",
                               put_up<InFailover>,
                               {
                                   {"monitor 0", {success}},
                                   {"monitor 10", {degraded}, "a failover as a rule"},
                                   {"probe", {success}},
                                   {"promote", {success}},
                                   {"demote", {success}},
                                   {"reload-agent", {success}},
                                   {"start", {success}},
                                   {"stop", {success}},
                               }},
                              {"it waits for its last client",
                               put_up<Stopping>,
                               {
                                   {"monitor 0", {generic_error}, "does not listen on port"},
                                   {"monitor 10", {generic_error}, "does not listen on port"},
                                   {"probe", {generic_error}, "does not listen on port"},
                                   {"promote", {generic_error}, "does not listen on port"},
                                   {"start", {success}, "", "what is left is ended first"},
                                   {"stop", {success}},
                               }}});
}

namespace {

struct FrozenOrphans : Orphans {
    FrozenOrphans() { freeze_all(pgpool.tree()); }
};

struct ForgottenOrphans : Orphans {
    ForgottenOrphans() {
        std::filesystem::remove(pgpool.state_file());
        std::filesystem::remove(pgpool.pid_file());
    }
};

// Sockets, shared memory, pid file and record of a pgpool that was killed as a whole.
struct Remains : Healthy {
    Remains() {
        freeze_all(pgpool.tree());
        for (const auto pid : pgpool.tree()) kill_at_once(pid);
    }
};

const std::vector<Cell> for_orphans{
    {"monitor 0", {generic_error}, "main process is dead and has left"},
    {"monitor 10", {generic_error}, "main process is dead and has left"},
    {"monitor 20", {generic_error}, "main process is dead and has left"},
    {"probe", {generic_error}, "main process is dead and has left"},
    {"promote", {generic_error}, "main process is dead and has left"},
    {"reload", {generic_error}, "main process is dead and has left"},
    {"reload-agent", {generic_error}, "main process is dead and has left"},
    {"explain", {success}},
    {"start", {success}},
    {"stop", {success}},
};

}  // namespace

TEST_CASE("fault matrix: its main process is dead") {
    play("its main process is dead", {{"its children live on", put_up<Orphans>, for_orphans},
                                      {"its children are frozen", put_up<FrozenOrphans>, for_orphans},
                                      {"nothing on disk tells of its children", put_up<ForgottenOrphans>, for_orphans},
                                      {"only remains are left",
                                       put_up<Remains>,
                                       {
                                           {"monitor 0", {not_running}},
                                           {"monitor 10", {not_running}},
                                           {"probe", {not_running}},
                                           {"promote", {not_running}},
                                           {"demote", {success}},
                                           {"start", {success}},
                                           {"stop", {success}},
                                       }}});
}

namespace {

struct FrozenMain : Healthy {
    FrozenMain() { freeze(pgpool.main()); }
};

struct FrozenChild : Healthy {
    FrozenChild() { freeze(pgpool.idle_child()); }
};

struct FrozenChildren : Healthy {
    FrozenChildren() {
        for (const auto pid : pgpool.idle_children()) freeze(pid);
    }
};

struct FrozenHealthCheck : Healthy {
    FrozenHealthCheck() { freeze(pgpool.find_titled("pgpool: health check process")); }
};

struct FrozenStreamingCheck : Healthy {
    FrozenStreamingCheck() { freeze(pgpool.find_titled("pgpool: worker process")); }
};

struct FrozenPcp : Healthy {
    FrozenPcp() {
        freeze(pgpool.find_titled("pgpool: PCP"));
        pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    }
};

struct FrozenAll : Healthy {
    FrozenAll() { freeze_all(pgpool.tree()); }
};

const std::vector<Cell> for_frozen_main{
    {"monitor 0", {generic_error}, "is stopped (SIGSTOP)"},
    {"monitor 10", {generic_error}, "is stopped (SIGSTOP)"},
    {"monitor 20", {generic_error}, "is stopped (SIGSTOP)"},
    {"probe", {generic_error}, "is stopped (SIGSTOP)"},
    {"promote", {generic_error}, "is stopped (SIGSTOP)"},
    {"demote", {success}},
    {"reload", {generic_error}, "is stopped (SIGSTOP)"},
    {"explain", {success}},
    {"start", {success}},
    {"stop", {success}},
};

const std::vector<Cell> unharmed{
    {"monitor 0", {success}}, {"monitor 10", {success}}, {"monitor 20", {success}},
    {"probe", {success}},     {"promote", {success}},    {"demote", {success}},
    {"explain", {success}},   {"start", {success}},      {"stop", {success}},
};

}  // namespace

TEST_CASE("fault matrix: a process of it is frozen") {
    play("a process of it is frozen", {{"main", put_up<FrozenMain>, for_frozen_main},
                                       {"all of them", put_up<FrozenAll>, for_frozen_main},
                                       {"one child", put_up<FrozenChild>, unharmed},
                                       {"all children for clients",
                                        put_up<FrozenChildren>,
                                        {
                                            {"monitor 0", {success}, "", "it looks at main and one child only"},
                                            {"monitor 10", {generic_error}, "stopped"},
                                            {"monitor 20", {generic_error}, "stopped"},
                                            {"probe", {success}},
                                            {"stop", {success}},
                                        }},
                                       {"the health check", put_up<FrozenHealthCheck>, unharmed},
                                       {"the check of streaming", put_up<FrozenStreamingCheck>, unharmed},
                                       {"PCP",
                                        put_up<FrozenPcp>,
                                        {
                                            {"monitor 0", {success}},
                                            {"monitor 10", {degraded}, "PCP gave no answer in time"},
                                            {"monitor 20", {degraded}, "PCP gave no answer in time"},
                                            {"promote", {success}, "", "it serves, and each monitor tries again"},
                                            {"demote", {success}},
                                            {"explain", {success}},
                                            {"start", {success}},
                                            {"stop", {success}},
                                        }}});
}

namespace {

struct SilentPcpClient : Healthy {
    UniqueFd silent = connect_to(pgpool.pcp_port());
};

// Up to pgpool 4.4 main waits for that client, with all its signals blocked, after a failover.
struct PcpClientInFailover : SilentPcpClient {
    PcpClientInFailover() {
        const auto main = pgpool.main();
        pgpool.pcp("pcp_detach_node", {"-n", "1"});
        REQUIRE(eventually([&] {
            const auto log = read_text(pgpool.log());
            return log.find("fork a new PCP child") != log.npos ||
                   (log.find("done. shutdown host") != log.npos && blocks_sigint(main) && waits_for_a_child(main));
        }));
        pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    }
};

struct DeadPcp : Healthy {
    DeadPcp() { kill_at_once(pgpool.find_titled("pgpool: PCP")); }
};

}  // namespace

TEST_CASE("fault matrix: PCP is in trouble") {
    play("PCP is in trouble", {{"a client of PCP says nothing", put_up<SilentPcpClient>, unharmed},
                               {"main waits for a silent client of PCP",
                                put_up<PcpClientInFailover>,
                                {
                                    {"monitor 0", {success}},
                                    {"probe", {success}},
                                    {"demote", {success}},
                                    {"start", {success}},
                                    {"stop", {success}},
                                }},
                               {"PCP was killed", put_up<DeadPcp>, unharmed}});
}

}  // namespace ra::test
