#include "tests/support/catch.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

// As Pacemaker asks, to whom only the reason tells what is degraded.
const Variables level_10{
    {"OCF_CHECK_LEVEL", "10"}, {"OCF_RESKEY_crm_feature_set", "3.16.2"}, {"OCF_RESKEY_CRM_meta_interval", "30000"}};

// Those that wait for a client; with a client each, all of them.
std::set<pid_t> idle_children(Pgpool& pgpool) {
    std::set<pid_t> idle;
    for (const auto pid : living_children(pgpool.main()))
        if (const auto arguments = arguments_of(pid);
            !arguments.empty() && arguments.front().starts_with("pgpool: wait for connection request"))
            idle.insert(pid);
    return idle;
}

}  // namespace

TEST_CASE("a pgpool whose children are all frozen is a failure at level 10") {
    Pgpool pgpool;
    pgpool.start();
    for (const auto pid : idle_children(pgpool)) freeze(pid);
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::generic_error);
    CHECK_THAT(answer.reason, Contains("children of pgpool for clients are stopped"));
    pgpool.stop();
}

TEST_CASE("a pgpool that is full is degraded at level 10, and no failure") {
    Pgpool pgpool;
    pgpool.start();
    std::vector<SqlClient> clients;
    while (!idle_children(pgpool).empty()) clients.push_back(pgpool.client());
    const auto full = pgpool.act("monitor", level_10);
    CHECK(full.code == ExitCode::success);
    CHECK_THAT(full.reason, Contains("every child of pgpool is busy"));
    SECTION("and with one of them frozen") {
        freeze(*living_children(pgpool.main()).begin());
        CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    }
    SECTION("and well again when a client has left") {
        clients.pop_back();
        CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    }
    pgpool.stop();
}

TEST_CASE("the connection that a monitor makes costs pgpool neither a child nor a line of it in the log") {
    Pgpool pgpool;
    pgpool.start();
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    const auto children = living_children(pgpool.main());
    for (int round = 0; round < 5; ++round) CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(living_children(pgpool.main()) == children);
    CHECK_THAT(read_text(pgpool.log()), !Contains(" child pid "));
}

}  // namespace ra::test
