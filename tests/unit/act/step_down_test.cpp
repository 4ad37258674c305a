#include "act/step_down.h"

#include "tests/support/catch.h"
#include "tests/unit/act/captured_log.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Names = std::vector<std::string>;

const Variables with_others{{"OCF_RESKEY_yield_with", "vip web"}};
const Variables without_unblock{{"OCF_RESKEY_unblock", "false"}};
const StepDown yields{"yielded to c: both are active", true};
const StepDown is_isolated{"this node is isolated", false};

}  // namespace

TEST_CASE("a pgpool that yields stops the others too, begins to unblock, and is not running") {
    TestNode node(with_others);
    const auto stepped = step_down(node.operation(), yields);
    CHECK(stepped.code == ExitCode::not_running);
    CHECK(stepped.reason == "yielded to c: both are active");
    CHECK(node.cluster.stopped == Names{"web", "vip"});
    CHECK(node.begun == Names{"unblock"});
    CHECK(node.cluster.refreshes == 0);
}

TEST_CASE("a pgpool that yields alone stops no other resource") {
    TestNode node;
    CHECK(step_down(node.operation(), yields).code == ExitCode::not_running);
    CHECK(node.cluster.stopped.empty());
    CHECK(node.begun == Names{"unblock"});
}

TEST_CASE("without unblock a pgpool that yields begins nothing") {
    TestNode node(both(with_others, without_unblock));
    CHECK(step_down(node.operation(), yields).code == ExitCode::not_running);
    CHECK(node.cluster.stopped == Names{"web", "vip"});
    CHECK(node.begun.empty());
}

TEST_CASE("a resource that cannot be stopped is logged, and the rest goes on") {
    TestNode node(with_others);
    const CapturedLog log;
    SECTION("it fails") { node.cluster.fail("--force-stop -r vip"); }
    SECTION("it takes too long") { node.cluster.time_out("--force-stop -r vip"); }
    const auto stepped = step_down(node.operation(), yields);
    CHECK(stepped.code == ExitCode::not_running);
    CHECK(stepped.reason == "yielded to c: both are active");
    CHECK(log.has("cannot stop resource 'vip': 'crm_resource --force-stop -r vip' "));
    CHECK(node.cluster.stopped == Names{"web"});
    CHECK(node.begun == Names{"unblock"});
}

TEST_CASE("an unblock that cannot be begun is logged, and pgpool is stopped all the same") {
    TestNode node;
    const CapturedLog log;
    node.can_begin = false;
    CHECK(step_down(node.operation(), yields).code == ExitCode::not_running);
    CHECK(log.has("cannot begin 'unblock'"));
}

TEST_CASE("on an isolated node no other resource is stopped, and nothing is begun") {
    TestNode node(with_others);
    const auto stepped = step_down(node.operation(), is_isolated);
    CHECK(stepped.code == ExitCode::not_running);
    CHECK(stepped.reason == "stopped pgpool: this node is isolated");
    CHECK(node.cluster.stopped.empty());
    CHECK(node.begun.empty());
}

TEST_CASE("the score of a pgpool that has stepped down is removed") {
    TestNode node;
    node.cluster.attributes["pgpool-rank-pgpool"] = {{"a", "2500"}, {"c", "3500"}};
    const auto step = GENERATE(yields, is_isolated);
    CHECK(step_down(node.operation(), step).code == ExitCode::not_running);
    CHECK(node.cluster.attributes["pgpool-rank-pgpool"] == std::map<std::string, std::string>{{"c", "3500"}});
}

TEST_CASE("where it is not known whether pgpool is stopped no other resource is stopped") {
    TestNode node(with_others);
    std::filesystem::remove_all(node.machine.path() / "self");
    const auto stepped = step_down(node.operation(100ms), yields);
    CHECK(stepped.code == ExitCode::generic_error);
    CHECK(node.cluster.stopped.empty());
    CHECK(node.begun.empty());
}

}  // namespace ra::test
