// What an alignment costs the clients: how many of the sessions that were open through pgpool still answer after it.

#include <algorithm>
#include <iostream>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"

namespace ra::test {

namespace {

constexpr int sessions = 8;

struct Clients {
    explicit Clients(const Pgpool& pgpool) {
        for (int i = 0; i < sessions; ++i) open.push_back(pgpool.client());
        for (auto& session : open) REQUIRE(session.alive());
    }

    // How many are left; it is told in the test's output too.
    auto survivors(const std::string& alignment) {
        const auto left = std::ranges::count_if(open, &SqlClient::alive);
        std::cout << alignment << ": " << sessions - left << " of " << sessions << " open sessions were cut\n";
        return left;
    }

    std::vector<SqlClient> open;
};

// A pgpool that has room for all of them.
struct RoomyPgpool : ImpatientPgpool {
    explicit RoomyPgpool(const ReplicatedServers& servers) : ImpatientPgpool(servers) {
        configure("num_init_children = 16");
    }
};

}  // namespace

TEST_CASE("attaching a standby again cuts no session") {
    ReplicatedServers servers(2);
    RoomyPgpool pgpool(servers);
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    REQUIRE(pgpool.says("0 up primary, 1 down standby"));
    servers.restart_standby(1);

    Clients clients(pgpool);
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 up primary, 1 up standby");
    CHECK(clients.survivors("attach") == sessions);
}

TEST_CASE("after the attachment of a primary that pgpool had down clients are accepted again") {
    ReplicatedServers servers(2);
    RoomyPgpool pgpool(servers);
    make_status_file_stale(servers, pgpool);
    pgpool.environment["OCF_RESKEY_align"] = "false";
    pgpool.start();
    pgpool.environment.erase("OCF_RESKEY_align");
    REQUIRE(pgpool.says("0 up standby, 1 down standby"));

    Clients clients(pgpool);
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    clients.survivors("attach the primary, where pgpool had none");
    const Clients again(pgpool);
}

TEST_CASE("after a promotion in pgpool clients are accepted again") {
    ReplicatedServers servers(2);
    RoomyPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    Clients clients(pgpool);
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Catch::Contains("node 0") && Catch::Contains("is detached"));
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
    clients.survivors("promote");
    const Clients again(pgpool);
}

TEST_CASE("after a promotion and an attachment in pgpool clients are accepted again") {
    ReplicatedServers servers(2);
    RoomyPgpool pgpool(servers);
    pgpool.look_away();
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    servers.switch_over(0, 1);

    Clients clients(pgpool);
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    clients.survivors("promote, then attach");
    const Clients again(pgpool);
}

}  // namespace ra::test
