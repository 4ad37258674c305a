#include "act/promote.h"

#include "tests/support/catch.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

// pgpool.conf names no backend, so that there is no primary to wait for.
class RunningInstance : public TestNode {
 public:
    RunningInstance() : TestNode(both(promotable_clone, {{"OCF_RESKEY_promote_wait", "0s"}})) { run_pgpool(); }
};

}  // namespace

TEST_CASE("a promote remembers the role, of a pgpool that it does not know yet too") {
    RunningInstance node;
    const bool is_known = GENERATE(true, false);
    if (is_known) node.remember({});
    CHECK(promote(node.operation()).code == ExitCode::success);
    CHECK(node.memory().promoted);
}

TEST_CASE("a promote forgets nothing of what monitors have remembered") {
    RunningInstance node;
    node.remember({.watched_since = 5s, .trouble = "node 1 is detached"});
    CHECK(promote(node.operation()).code == ExitCode::success);
    const auto memory = node.memory();
    CHECK(memory.promoted);
    CHECK(memory.watched_since);
    CHECK(memory.trouble == "node 1 is detached");
}

TEST_CASE("a pgpool that does not run is not promoted") {
    TestNode node(promotable_clone);
    CHECK(promote(node.operation()).code == ExitCode::not_running);
    CHECK_FALSE(node.record().read()->has_value());
}

TEST_CASE("a demote takes the role away, and pgpool runs on") {
    RunningInstance node;
    node.remember({.promoted = true, .watched_since = 5s});
    CHECK(demote(node.operation()).code == ExitCode::success);
    CHECK(node.memory() == Memory{.promoted = false, .watched_since = 5s});
}

TEST_CASE("a stopped or unknown pgpool is as good as demoted") {
    RunningInstance running;
    CHECK(demote(running.operation()).code == ExitCode::success);
    TestNode stopped(promotable_clone);
    stopped.remember({.promoted = true});
    CHECK(demote(stopped.operation()).code == ExitCode::success);
}

TEST_CASE("a role that cannot be remembered is a failure") {
    RunningInstance node;
    node.remember({});
    std::filesystem::permissions(node.state(), std::filesystem::perms{0755});
    CHECK(promote(node.operation()).code == ExitCode::generic_error);
    CHECK(demote(node.operation()).code == ExitCode::generic_error);
}

}  // namespace ra::test
