
#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

// A watchdog whose only peer does not exist: pgpool then waits some seconds before it opens its port.
void use_watchdog(const Pgpool& pgpool) {
    const auto directory = pgpool.directory().path().native();
    pgpool.directory().write("pgpool_node_id", "0\n");
    pgpool.configure("use_watchdog = on\nwd_ipc_socket_dir = '" + directory + "'\nwd_authkey = ''");
    for (const std::string node : {"0", "1"}) {
        pgpool.configure("hostname" + node + " = '127.0.0.1'");
        pgpool.configure("wd_port" + node + " = " + std::to_string(free_port()));
        pgpool.configure("heartbeat_hostname" + node + " = '127.0.0.1'");
        pgpool.configure("heartbeat_port" + node + " = " + std::to_string(free_port()));
    }
    pgpool.configure("pgpool_port0 = " + std::to_string(pgpool.port()));
    pgpool.configure("pgpool_port1 = " + std::to_string(free_port()));
}

}  // namespace

TEST_CASE("the processes and sockets of an orphaned watchdog are ended with the rest") {
    Pgpool pgpool;
    use_watchdog(pgpool);
    pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "60000";
    const auto main = pgpool.start();
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "20000";
    kill_at_once(main);
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    pgpool.stop();
}

TEST_CASE("roles that differ in a member of a watchdog are reported and left to the watchdog") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.look_away();
    use_watchdog(pgpool);
    pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "60000";
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    CHECK(pgpool.act("monitor", level_10).reason == "");
    servers.switch_over(0, 1);

    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK(answer.reason == "the roles differ, but pgpool's watchdog decides about them");
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.roles() == "0 up primary, 1 up standby");
}

TEST_CASE("a start that does not get ready in time says so before its timeout and leaves nothing") {
    Pgpool pgpool;
    use_watchdog(pgpool);
    pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "6000";
    const auto answer = pgpool.act("start");
    CHECK(answer.code == ExitCode::generic_error);
    CHECK_THAT(answer.reason, Catch::Matchers::Contains("in time"));
    CHECK(pgpool.remains() == std::set<std::string>{});
}

}  // namespace ra::test
