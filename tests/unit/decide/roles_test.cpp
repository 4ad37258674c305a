#include "decide/roles.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

using namespace std::chrono_literals;

Outcome judged(std::vector<BackendView> backends) {
    const auto seen = facts(std::move(backends));
    return judge_roles(seen, next_alignment_step(seen, {}), 0s);
}

}  // namespace

TEST_CASE("roles that agree need no words") {
    const auto outcome = judged({backend(0, "up primary", "writable 1"), backend(1, "up standby", "follows 1")});
    CHECK(outcome.code == ExitCode::success);
    CHECK(outcome.reason.empty());
}

TEST_CASE("what a restart does not cure is degraded, and says which node and why") {
    const auto outcome = judged({backend(0, "up primary", "writable 1"), backend(1, "down standby", "unreachable")});
    CHECK(outcome.code == ExitCode::degraded);
    CHECK(outcome.reason == "node 1 (10.0.0.2:5432) is detached: connection refused");
}

TEST_CASE("a standby that serves reads and does not answer the agent needs a look") {
    const auto outcome = judged({backend(0, "up primary", "writable 1"), backend(1, "up standby", "unreachable")});
    CHECK(outcome.code == ExitCode::degraded);
    CHECK(outcome.reason == "node 1 (10.0.0.2:5432) is attached, but cannot be asked: connection refused");
}

TEST_CASE("an older writable server is a warning as long as it exists") {
    const auto outcome = judged({backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")});
    CHECK(outcome.code == ExitCode::degraded);
    CHECK(
        outcome.reason ==
        "node 0 (10.0.0.1:5432) is writable on timeline 1, but was overtaken: node 1 (10.0.0.2:5432) is on timeline 2");
}

TEST_CASE("pgpool is given up only after the limit of being unresponsive") {
    const auto seen = facts({backend(0, "down primary", "unreachable"), backend(1, "up standby", "recovers 1")});
    const auto state = next_alignment_step(seen, {});
    CHECK(judge_roles(seen, state, unresponsive_limit - 1s).code == ExitCode::degraded);
    CHECK(judge_roles(seen, state, unresponsive_limit).code == ExitCode::generic_error);
}

TEST_CASE("reads that go to a wrong server are degraded") {
    struct Row {
        const char* what;
        BackendView other;
        const char* reason;
    };
    const Row rows[] = {
        {"an older primary is attached", backend(1, "up standby", "writable 1"),
         "node 1 (10.0.0.2:5432) is writable on timeline 1, but was overtaken: node 0 (10.0.0.1:5432) is on timeline "
         "2; "
         "pgpool sends reads to it"},
        {"a standby receives nothing", backend(1, "up standby", "recovers 2"),
         "node 1 (10.0.0.2:5432) is attached, but receives nothing: reads from it may be old"},
        {"a standby follows the old history", backend(1, "up standby", "follows 1"),
         "node 1 (10.0.0.2:5432) is attached, but is on timeline 1, and the primary on 2: reads from it may be old"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const auto outcome = judged({backend(0, "up primary", "writable 2"), row.other});
        CHECK(outcome.code == ExitCode::degraded);
        CHECK(outcome.reason == row.reason);
    }
}

}  // namespace ra::test
