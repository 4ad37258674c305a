#include <signal.h>

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/postgres_pair.h"
#include "tests/support/processes.h"

namespace ra::test {

TEST_CASE("a frozen main is a failure and is stopped in time") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    auto client = pgpool.client();
    client.query("BEGIN");
    freeze(main);
    const auto answer = pgpool.act("monitor");
    CHECK(answer.code == ExitCode::generic_error);
    CHECK_FALSE(answer.reason.empty());
    pgpool.stop();
}

TEST_CASE("a start replaces a frozen main") {
    Pgpool pgpool;
    const auto frozen = pgpool.start();
    freeze(frozen);
    pgpool.start();
    CHECK_FALSE(is_alive(frozen));
    CHECK(pgpool.client().alive());
}

TEST_CASE("a frozen child does not keep a stop from its end") {
    Pgpool pgpool;
    pgpool.start();
    freeze(pgpool.idle_child());
    pgpool.stop();
}

TEST_CASE("a pgpool that is frozen as a whole is a failure and is stopped in time") {
    Pgpool pgpool;
    pgpool.start();
    freeze_all(pgpool.tree());
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    pgpool.stop();
}

TEST_CASE("a failover_command that runs long is no failure and does not keep a stop from its end") {
    const std::string command = GENERATE("sleep 1000; true", "trap \"\" TERM INT QUIT; sleep 1000");
    DYNAMIC_SECTION(command) {
        Pgpool pgpool;
        pgpool.configure("failover_command = '" + command + "'");
        pgpool.start();
        pgpool.pcp("pcp_detach_node", {"-n", "1"});
        REQUIRE(eventually([&] { return runs_in(pgpool.tree(), "sleep"); }));
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        pgpool.stop();
    }
}

TEST_CASE("what a failover_command has left in the background does not keep the port") {
    Pgpool pgpool;
    pgpool.configure("failover_command = 'sleep 1000 &'");
    const auto main = pgpool.start();
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    REQUIRE(eventually([&] { return runs_in(pgpool.tree(), "sleep"); }));
    SECTION("after a stop") { pgpool.stop(); }
    SECTION("after the death of everything else") {
        freeze(main);
        for (const auto pid : pgpool.tree())
            if (find_process(pid)->name == "pgpool") kill_at_once(pid);
        CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
        pgpool.start();
        CHECK(pgpool.client().alive());
    }
}

TEST_CASE("a client that waits for a frozen backend does not keep a stop from its end") {
    Pgpool pgpool;
    pgpool.start();
    const Frozen backend(PostgresPair::shared().primary_postmaster());
    const Program client({postgres_program("psql"), "-h", "127.0.0.1", "-p", std::to_string(pgpool.port()), "-U",
                          "postgres", "-c", "SELECT 1"});
    REQUIRE(eventually([&] {
        return std::ranges::any_of(pgpool.tree(), [](pid_t pid) {
            const auto arguments = arguments_of(pid);
            return !arguments.empty() && arguments.front().starts_with("pgpool: accept connection");
        });
    }));
    pgpool.stop();
}

TEST_CASE("a stop ends a pgpool that is already waiting for its clients to leave") {
    Pgpool pgpool;
    pgpool.environment["OCF_RESKEY_stop_mode"] = "smart";
    pgpool.start();
    auto client = pgpool.client();
    client.query("BEGIN");
    auto interrupted = pgpool.begin("stop");
    REQUIRE(eventually([&] { return pgpool.idle_children().empty(); }));
    interrupted.end(SIGKILL);
    pgpool.environment["OCF_RESKEY_stop_mode"] = "fast";
    pgpool.stop();
}

TEST_CASE("a silent client of the PCP port does not keep a stop from its end") {
    Pgpool pgpool;
    pgpool.start();
    const auto silent = connect_to(pgpool.pcp_port());
    pgpool.stop();
}

TEST_CASE("a main that waits for a silent PCP client with all signals blocked is stopped in time") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    const auto silent = connect_to(pgpool.pcp_port());
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    REQUIRE(eventually([&] {
        return read_text(pgpool.log()).find("done. shutdown host") != std::string::npos && blocks_sigint(main);
    }));
    pgpool.stop();
}

}  // namespace ra::test
