// A backend that gives no answer: a monitor of level 10 ends inside its timeout, and pgpool has not failed.

#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/own_network.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

// A monitor that is not done at its timeout is killed, and the test fails with it.
Answer monitor_within(Pgpool& pgpool, const std::string& milliseconds) {
    auto variables = level_10;
    variables["OCF_RESKEY_CRM_meta_timeout"] = milliseconds;
    const auto main = pgpool.main();
    const auto answer = pgpool.act("monitor", variables);
    CHECK(answer.code == ExitCode::degraded);
    CHECK(pgpool.main() == main);
    return answer;
}

}  // namespace

TEST_CASE("a frozen primary keeps no monitor beyond its timeout and is no failure") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.configure("connect_timeout = 60000");
    pgpool.look_away();
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    {
        // pgpool waits for the server before it answers by PCP, and longer than this monitor may last.
        const FrozenServer frozen(servers.postmaster(0));
        CHECK_THAT(monitor_within(pgpool, "8000").reason,
                   StartsWith("PCP gave no answer in time; node 0") && EndsWith("no answer in time"));
        // From now on pgpool is not made to wait for it.
        CHECK_THAT(monitor_within(pgpool, "8000").reason,
                   StartsWith("no PostgreSQL is known to be writable: node 0") && EndsWith("no answer in time"));
    }
    CHECK(pgpool.act("monitor", level_10).reason == "");
}

TEST_CASE("a frozen standby keeps no monitor beyond its timeout and is no failure") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.configure("connect_timeout = 1000");
    pgpool.look_away();
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    {
        const FrozenServer frozen(servers.postmaster(1));
        CHECK_THAT(monitor_within(pgpool, "30000").reason,
                   StartsWith("node 1") && EndsWith("is attached, but cannot be asked: no answer in time"));
    }
    CHECK(pgpool.act("monitor", level_10).reason == "");
}

TEST_CASE("a backend behind a lost route keeps no monitor beyond its timeout and is no failure") {
    const OwnNetwork network;
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.configure("backend_hostname1 = '127.0.0.2'");
    pgpool.configure("connect_timeout = 1000");
    pgpool.look_away();
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    CHECK(pgpool.act("monitor", level_10).reason == "");
    network.lose_what_goes_to("127.0.0.2");
    CHECK_THAT(monitor_within(pgpool, "30000").reason,
               StartsWith("node 1 (127.0.0.2") && EndsWith("is attached, but cannot be asked: no answer in time"));
}

}  // namespace ra::test
