// The primary has changed where pgpool could not see it: between two of its looks, or while it was stopped.

#include "tests/support/catch.h"
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

    CHECK(pgpool.act("monitor", level_10).reason == "");
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    pgpool.show_nodes("after a monitor of level 10");
    CHECK(pgpool.client().query("CREATE TABLE written_through_pgpool AS SELECT 1") == "");
}

TEST_CASE("a start with a status file that has the primary down, and one monitor, make the roles right") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    make_status_file_stale(servers, pgpool);

    pgpool.start();
    CHECK(pgpool.act("monitor", level_10).reason == "");
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    CHECK(pgpool.client().query("CREATE TABLE written_through_pgpool AS SELECT 1") == "");
}

TEST_CASE("a status file that has the primary down is set right by one monitor of level 10") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    make_status_file_stale(servers, pgpool);

    pgpool.environment["OCF_RESKEY_align"] = "false";
    pgpool.start();
    pgpool.environment.erase("OCF_RESKEY_align");
    REQUIRE(pgpool.says("0 up standby, 1 down standby"));
    pgpool.show_nodes("after a start with a status file of another time, nothing aligned");
    CHECK(pgpool.act("monitor", level_10).reason == "");
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    pgpool.show_nodes("after a monitor of level 10");
}

}  // namespace ra::test
