// The primary has changed where pgpool could not see it: between two of its looks, or while it was stopped.

#include <catch2/catch.hpp>

#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"

namespace ra::test {

TEST_CASE("roles that a switchover has swapped behind pgpool's back are right after one monitor of level 10") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.look_away();
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    servers.switch_over(0, 1);
    REQUIRE(pgpool.roles() == "0 up primary, 1 up standby");
    pgpool.show_nodes("after a switchover that pgpool has not seen");

    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::success);
    CHECK(answer.reason == "");
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    pgpool.show_nodes("after a monitor of level 10");
    CHECK(pgpool.client().query("CREATE TABLE written_through_pgpool AS SELECT 1") == "");
}

TEST_CASE("a status file that has the primary down is set right by one monitor of level 10 after the start") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    REQUIRE(pgpool.says("0 up primary, 1 down standby"));
    pgpool.stop();
    REQUIRE(read_text(pgpool.directory().path() / "pgpool_status") == "up\ndown\n");
    servers.switch_over(0, 1);

    pgpool.start();
    REQUIRE(pgpool.says("0 up standby, 1 down standby"));
    pgpool.show_nodes("after a start with a status file of another time");
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::success);
    CHECK(answer.reason == "");
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    pgpool.show_nodes("after a monitor of level 10");
}

}  // namespace ra::test
