#include "act/adoption.h"

#include "act/monitor.h"
#include "act/promote.h"
#include "tests/support/catch.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

const ProcessId one_before{5000003, 50};

// pgpool was stopped and started again by hand: what is on record is about the one before.
class RestartedByHand : public TestNode {
 public:
    explicit RestartedByHand(const Variables& given = {}) : TestNode(given) {
        run_pgpool();
        TestNode::remember(one_before, {.promoted = true, .trouble = "node 1 is detached"});
    }
};

}  // namespace

TEST_CASE("a monitor adopts a pgpool that nothing is known of") {
    TestNode node;
    node.run_pgpool();
    CHECK(monitor(node.operation()).code == ExitCode::success);
    CHECK(node.on_record().started.main == node.main);
}

TEST_CASE("a monitor adopts a pgpool that was restarted by hand, with nothing of the one before") {
    RestartedByHand node;
    const auto found = monitor(node.operation());
    CHECK(found.code == ExitCode::success);
    CHECK_FALSE(found.promoted);
    CHECK(node.on_record().started.main == node.main);
    CHECK(node.memory() == Memory{});
}

TEST_CASE("the role that is given to a pgpool that was restarted by hand is remembered with that one") {
    RestartedByHand node(both(promotable_clone, {{"OCF_RESKEY_promote_wait", "0s"}}));
    REQUIRE(promote(node.operation()).code == ExitCode::success);
    CHECK(node.on_record().started.main == node.main);
    CHECK(monitor(node.operation()).promoted);
}

TEST_CASE("an isolated pgpool that was restarted by hand is remembered as isolated") {
    RestartedByHand node(Variables{{"OCF_RESKEY_isolation_attribute", "pingd"}});
    node.cluster.attributes["pingd"]["a"] = "0";
    CHECK(monitor(node.operation()).code == ExitCode::degraded);
    CHECK(node.on_record().started.main == node.main);
    CHECK(node.memory().isolated_since);
}

TEST_CASE("what is on record about the pgpool that runs is kept") {
    TestNode node;
    node.run_pgpool();
    const Memory known{.promoted = true, .served_timeline = 7};
    node.remember(known);
    CHECK(adopt(node.operation(), node.main).ok());
    CHECK(monitor(node.operation()).promoted);
    CHECK(node.memory() == known);
}

TEST_CASE("a probe adopts nothing") {
    TestNode node(Variables{{"OCF_RESKEY_CRM_meta_interval", "0"}});
    node.run_pgpool();
    CHECK(monitor(node.operation()).code == ExitCode::success);
    CHECK_FALSE(node.record().read()->has_value());
}

TEST_CASE("a pgpool that does not run is not adopted") {
    TestNode node;
    CHECK_FALSE(adopt(node.operation(), node.main).ok());
    node.run_pgpool();
    CHECK_FALSE(adopt(node.operation(), one_before).ok());
    CHECK_FALSE(node.record().read()->has_value());
}

}  // namespace ra::test
