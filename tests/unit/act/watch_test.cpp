#include "act/watch.h"

#include "tests/support/catch.h"
#include "tests/unit/act/captured_log.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a primitive that is to yield is watched after its start") {
    TestNode node;
    begin_watch(node.operation());
    CHECK(node.begun == Names{"watch"});
}

TEST_CASE("nobody watches what does not yield by itself") {
    TestNode node(GENERATE(Variables{{"OCF_RESKEY_crm_feature_set", ""}}, Variables{{"OCF_RESKEY_CRM_meta_clone", "0"}},
                           Variables{{"OCF_RESKEY_CRM_meta_promotable", "true"}},
                           Variables{{"OCF_RESKEY_on_split_brain", "report"}}));
    begin_watch(node.operation());
    CHECK(node.begun.empty());
}

TEST_CASE("a watch that cannot be begun is logged") {
    TestNode node;
    const CapturedLog log;
    node.can_begin = false;
    begin_watch(node.operation());
    CHECK(log.has("cannot begin 'watch'"));
}

// It would wait for the monitors first.
TEST_CASE("a watch ends at once where nothing is on record") {
    TestNode node;
    const auto action = node.operation(10min);
    const auto begin = Deadline::Clock::now();
    CHECK(watch(action).code == ExitCode::success);
    CHECK(Deadline::Clock::now() - begin < 10s);
}

TEST_CASE("a watch whose time is over before the monitors can have begun looks at nothing") {
    TestNode node;
    node.run_pgpool();
    const Memory known{.monitored = GENERATE(true, false), .served_timeline = 7};
    node.remember(known);
    CHECK(watch(node.operation(100ms)).code == ExitCode::success);
    CHECK(node.cluster.commands().empty());
    CHECK(node.memory() == known);
}

TEST_CASE("a watch asks Pacemaker first, also after a monitor, and no more where the resource is active here alone") {
    TestNode node;
    node.run_pgpool();
    node.remember({.monitored = true});
    node.cluster.active = {{"pgpool", {"a"}}};
    CHECK(watch(node.operation(4s)).code == ExitCode::success);
    CHECK(node.cluster.log() == Names{"crm_mon -1 -r -A --fence-history=3 --output-as=xml"});
}

TEST_CASE("a watch looks at the roles where the resource is active elsewhere too, or may be") {
    TestNode node;
    node.run_pgpool();
    node.remember(Memory{});
    node.cluster.active = {{"pgpool", {"a", "c"}}};
    if (GENERATE(true, false)) node.cluster.fail("crm_mon");
    CHECK(watch(node.operation(4s)).code == ExitCode::success);
    CHECK(node.memory().unresponsive_since);  // its PCP is not open
}

}  // namespace ra::test
