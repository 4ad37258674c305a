// pgpool's node roles follow PostgreSQL's, on real servers that change behind pgpool's back.

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/processes.h"
#include "tests/support/replicated_servers.h"

namespace ra::test {

using Catch::Contains;

TEST_CASE("a role that is stale after a late promotion is right after one monitor of level 10") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    pgpool.show_nodes("before a monitor of level 10");
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 0") && Contains("is detached"));
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
    pgpool.show_nodes("after it");

    servers.rebuild(0, 1);
    auto session = pgpool.client();
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    CHECK(session.alive());
}

TEST_CASE("a promote makes a stale role right, and a demote leaves pgpool as it is") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto main = pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    pgpool.show_nodes("before a promote");
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
    pgpool.show_nodes("after it");
    CHECK(pgpool.act("monitor").code == ExitCode::running_promoted);
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("demote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    CHECK(pgpool.main() == main);
}

TEST_CASE("a configuration that was changed under a running pgpool turns no node into another") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    pgpool.configure("backend_port0 = " + std::to_string(servers.port(1)));
    pgpool.configure("backend_port1 = " + std::to_string(servers.port(0)));
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains("it runs with another configuration"));
    CHECK(pgpool.roles() == "0 up primary, 1 up standby");
}

TEST_CASE("with three backends the promoted one becomes primary and its standby is attached again") {
    ReplicatedServers servers(3);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby, 2 up standby");
    servers.rebuild(2, 1);

    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 0") && Contains("is detached"));
    CHECK(pgpool.roles() == "0 down standby, 1 up primary, 2 up standby");
}

TEST_CASE("one monitor attaches two standbys, and waits for what pgpool runs at the first") {
    ReplicatedServers servers(3);
    ImpatientPgpool pgpool(servers);
    pgpool.configure("failback_command = 'sleep 1'");
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby, 2 up standby"));
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    pgpool.pcp("pcp_detach_node", {"-n", "2"});
    REQUIRE(pgpool.says("0 up primary, 1 down standby, 2 down standby"));
    servers.restart_standby(1);
    servers.restart_standby(2);

    CHECK(pgpool.act("monitor", level_10).reason == "");
    CHECK(pgpool.roles() == "0 up primary, 1 up standby, 2 up standby");
}

TEST_CASE("a standby that a person detaches stays detached until a person attaches it, also over its restart") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    CHECK(pgpool.act("monitor", level_10).reason == "");
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    REQUIRE(pgpool.says("0 up primary, 1 down standby"));

    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("is left detached: somebody detached it"));
    servers.restart_standby(1);
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("is left detached: somebody detached it"));
    CHECK(pgpool.roles() == "0 up primary, 1 down standby");

    pgpool.pcp("pcp_attach_node", {"-n", "1"});
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    CHECK(pgpool.act("monitor", level_10).reason == "");
}

TEST_CASE("a standby that pgpool has lost and that is back is attached, but not a delayed one or one that is paused") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    const auto on_standby = [&](const char* statement) { return servers.client(1).query(statement); };
    on_standby("ALTER SYSTEM SET recovery_min_apply_delay = '1h'");
    servers.stop(1);
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 1") && Contains("refused"));

    servers.restart_standby(1);
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("left detached: recovery_min_apply_delay is 1h"));
    on_standby("SELECT pg_wal_replay_pause()");
    on_standby("ALTER SYSTEM RESET recovery_min_apply_delay");
    on_standby("SELECT pg_reload_conf()");
    CHECK(eventually([&] { return on_standby("SHOW recovery_min_apply_delay") == "0"; }));
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("left detached: its replay is paused"));
    CHECK(pgpool.roles() == "0 up primary, 1 down standby");

    on_standby("SELECT pg_wal_replay_resume()");
    CHECK(pgpool.act("monitor", level_10).reason == "");
    CHECK(pgpool.roles() == "0 up primary, 1 up standby");
}

TEST_CASE("with align off a stale role is reported and left alone") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.environment["OCF_RESKEY_align"] = "false";
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 1") && Contains("takes it for a standby"));
    CHECK(pgpool.roles() == "0 down standby, 1 up standby");
}

TEST_CASE("a promotion that would run follow_primary_command is reported and left alone, unless it may run") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto followed = pgpool.directory().path() / "followed";
    pgpool.configure("follow_primary_command = 'touch " + followed.native() + "'");
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason,
               Contains("promoting node 1") && Contains("would run follow_primary_command: it is writable"));
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 up standby");
    CHECK_FALSE(std::filesystem::exists(followed));

    pgpool.environment["OCF_RESKEY_run_follow_primary"] = "true";
    CHECK(pgpool.act("monitor", under_pacemaker).code == ExitCode::running_promoted);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
    CHECK(eventually([&] { return std::filesystem::exists(followed); }));
}

TEST_CASE("a rebuild by follow_primary_command does not count as unresponsive, a main that waits does") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto counts = [&] {
        return read_text(pgpool.state_file()).find("unresponsive_since=\n") == std::string::npos;
    };
    SECTION("a rebuild") {
        pgpool.configure("follow_primary_command = 'sleep 1000; true'");
        pgpool.environment["OCF_RESKEY_run_follow_primary"] = "true";
        pgpool.start();
        make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");
        pgpool.act("monitor", under_pacemaker);
        REQUIRE(eventually([&] { return runs_in(pgpool.tree(), "sleep"); }));
        CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("is running follow_primary_command"));
        CHECK_FALSE(counts());
        CHECK(pgpool.client().alive());
    }
    SECTION("a failover_command") {
        pgpool.configure("failover_command = 'sleep 1000; true'");
        pgpool.start();
        pgpool.pcp("pcp_detach_node", {"-n", "1"});
        REQUIRE(eventually([&] { return runs_in(pgpool.tree(), "sleep"); }));
        CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("is running a command of its own"));
        CHECK(counts());
    }
}

TEST_CASE("a standby that is promoted beside a healthy primary takes nothing away without the cluster's word") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    auto session = pgpool.client();
    SECTION("attached") {}
    SECTION("detached by an administrator") { pgpool.pcp("pcp_detach_node", {"-n", "1"}); }
    const auto roles = pgpool.roles();

    servers.promote(1);
    for (int monitor = 0; monitor < 2; ++monitor)
        CHECK_THAT(pgpool.act("monitor", level_10).reason,
                   Contains("split brain") && Contains("pgpool stays with node 0"));
    CHECK(pgpool.roles() == roles);
    CHECK(session.alive());

    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
}

TEST_CASE("a primary that was overtaken is not brought into service when the newer one is lost") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");
    pgpool.act("monitor", level_10);
    REQUIRE(pgpool.roles() == "0 down standby, 1 up primary");

    servers.start(0);
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 0") && Contains("was overtaken"));
    servers.stop(1);
    REQUIRE(pgpool.says("0 down standby, 1 down standby"));
    // A pgpool without a backend may take its time with a client, and that is told first.
    auto answer = pgpool.act("monitor", level_10);
    CHECK(eventually([&] {
        if (answer.reason.find("was overtaken") != std::string::npos) return true;
        answer = pgpool.act("monitor", level_10);
        return false;
    }));
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains("node 0") && Contains("was overtaken: timeline 2 was served"));
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 down standby");

    servers.start(1);
    pgpool.act("monitor", level_10);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
}

TEST_CASE("two writable servers on one timeline are reported, and nothing is touched") {
    ReplicatedServers servers(3);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby, 2 up standby");
    servers.promote(2);

    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("split brain") && Contains("on timeline 2"));
    CHECK(pgpool.roles() == "0 down standby, 1 up standby, 2 up standby");
}

TEST_CASE("a frozen PCP process keeps no monitor beyond its timeout and is no failure") {
    Pgpool pgpool;
    pgpool.start();
    const Frozen pcp(pgpool.find_titled("pgpool: PCP:"));
    auto quickly = level_10;
    quickly["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    const auto answer = pgpool.act("monitor", quickly);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains("PCP gave no answer in time"));
}

}  // namespace ra::test
