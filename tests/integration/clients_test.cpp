#include "tests/support/catch.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

// As Pacemaker asks, to whom only the reason tells what is degraded.
const Variables asked_by_pacemaker{
    {"OCF_CHECK_LEVEL", "10"}, {"OCF_RESKEY_crm_feature_set", "3.16.2"}, {"OCF_RESKEY_CRM_meta_interval", "30000"}};

}  // namespace

TEST_CASE("a pgpool whose children are all frozen is a failure at level 10") {
    Pgpool pgpool;
    pgpool.start();
    for (const auto pid : pgpool.idle_children()) freeze(pid);
    const auto answer = pgpool.act("monitor", asked_by_pacemaker);
    CHECK(answer.code == ExitCode::generic_error);
    CHECK_THAT(answer.reason, Contains("children of pgpool for clients are stopped"));
    pgpool.stop();
}

TEST_CASE("a pgpool that is full is degraded at level 10, and no failure") {
    Pgpool pgpool;
    pgpool.start();
    std::vector<SqlClient> clients;
    while (!pgpool.idle_children().empty()) clients.push_back(pgpool.client());
    const auto full = pgpool.act("monitor", asked_by_pacemaker);
    CHECK(full.code == ExitCode::success);
    CHECK_THAT(full.reason, Contains("every child of pgpool is busy"));
    SECTION("and with one of them frozen") {
        freeze(*living_children(pgpool.main()).begin());
        CHECK(pgpool.act("monitor", asked_by_pacemaker).code == ExitCode::success);
    }
    SECTION("and well again when a client has left") {
        clients.pop_back();
        CHECK(pgpool.act("monitor", asked_by_pacemaker).code == ExitCode::success);
    }
    pgpool.stop();
}

TEST_CASE("the connection that a monitor makes costs pgpool neither a child nor a line of it in the log") {
    Pgpool pgpool;
    pgpool.start();
    CHECK(pgpool.act("monitor", asked_by_pacemaker).code == ExitCode::success);
    const auto children = living_children(pgpool.main());
    for (int round = 0; round < 5; ++round) CHECK(pgpool.act("monitor", asked_by_pacemaker).code == ExitCode::success);
    CHECK(living_children(pgpool.main()) == children);
    CHECK_THAT(read_text(pgpool.log()), !Contains(" child pid "));
}

}  // namespace ra::test
