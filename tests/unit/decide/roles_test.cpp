#include "decide/roles.h"

#include <catch2/catch.hpp>

#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

using namespace std::chrono_literals;

Outcome judged(std::vector<BackendView> backends, bool knows_degraded = true) {
    const auto seen = facts(std::move(backends));
    return judge_roles(seen, next_alignment_step(seen, {}), 0s, knows_degraded);
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

TEST_CASE("a Pacemaker that does not know degraded is told success, with the reason") {
    const auto outcome =
        judged({backend(0, "up primary", "writable 1"), backend(1, "down standby", "unreachable")}, false);
    CHECK(outcome.code == ExitCode::success);
    CHECK_FALSE(outcome.reason.empty());
}

TEST_CASE("an older writable server is a warning as long as it exists") {
    const auto outcome = judged({backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")});
    CHECK(outcome.code == ExitCode::degraded);
    CHECK(outcome.reason == "node 0 (10.0.0.1:5432) is writable too, on the older timeline 1: it is not attached");
}

TEST_CASE("pgpool is given up only after the limit of being unresponsive") {
    const auto seen = facts({backend(0, "down primary", "unreachable"), backend(1, "up standby", "recovers 1")});
    const auto state = next_alignment_step(seen, {});
    CHECK(judge_roles(seen, state, unresponsive_limit - 1s, true).code == ExitCode::degraded);
    CHECK(judge_roles(seen, state, unresponsive_limit, true).code == ExitCode::generic_error);
}

TEST_CASE("a promoted instance answers with the codes of its role") {
    CHECK(for_promoted(ExitCode::success) == ExitCode::running_promoted);
    CHECK(for_promoted(ExitCode::degraded) == ExitCode::degraded_promoted);
    CHECK(for_promoted(ExitCode::generic_error) == ExitCode::failed_promoted);
    CHECK(for_promoted(ExitCode::not_running) == ExitCode::not_running);
}

TEST_CASE("the promotion score grows with the timeline, and more than any bonus") {
    const auto score = [](const char* state, const std::set<std::string>& own) {
        return promotion_score(facts({backend(0, "up primary", state)}), own);
    };
    CHECK(score("writable 1", {}) == 1000);
    CHECK(score("writable 1", {"10.0.0.1"}) == 1500);
    CHECK(score("writable 2", {}) == 2000);
    CHECK(*score("writable 2", {}) > *score("writable 1", {"10.0.0.1"}));
}

TEST_CASE("the promotion score stays below INFINITY") {
    auto backends = facts({backend(0, "up primary", "writable 1")});
    auto state = *value_of(backends.backends[0].state);
    state.timeline = 4000000000U;
    backends.backends[0].state = state;
    CHECK(promotion_score(backends, {"10.0.0.1"}).value() < 1000000);
}

TEST_CASE("without a primary that takes writes there is no score") {
    CHECK_FALSE(promotion_score(facts({backend(0, "up standby", "writable 1")}), {}));
    CHECK_FALSE(promotion_score(facts({backend(0, "up primary", "follows 1")}), {}));
    CHECK_FALSE(promotion_score(facts({backend(0, "down primary", "writable 1")}), {}));
    CHECK_FALSE(promotion_score(facts({backend(0, "up primary", "unreachable")}), {}));
}

TEST_CASE("pgpool may have lost its main node where that is a standby, and all that it would ask can answer") {
    struct Row {
        const char* what;
        std::vector<BackendView> backends;
        bool may;
    };
    const auto row = GENERATE(values<Row>({
        {"the lowest node is the primary",
         {backend(0, "up primary", "writable 1"), backend(1, "up standby", "follows 1")},
         false},
        {"it is a standby", {backend(0, "up standby", "follows 2"), backend(1, "up primary", "writable 2")}, true},
        {"it waits for its first session",
         {backend(0, "waiting standby", "follows 2"), backend(1, "up primary", "writable 2")},
         true},
        {"it is a standby that is down",
         {backend(0, "down standby", "follows 2"), backend(1, "up primary", "writable 2")},
         false},
        {"the lowest that is up is a standby",
         {backend(0, "down standby", "unreachable"), backend(1, "up standby", "follows 2"),
          backend(2, "up primary", "writable 2")},
         true},
        {"it does not answer",
         {backend(0, "up standby", "unreachable"), backend(1, "up primary", "writable 2")},
         false},
        {"another one does not answer",
         {backend(0, "up standby", "follows 2"), backend(1, "up primary", "unreachable")},
         false},
        {"there is none", {}, false},
    }));
    INFO(row.what);
    CHECK(may_have_lost_main_node(facts(row.backends)) == row.may);
}

TEST_CASE("without an answer of PCP no main node is in doubt") {
    auto seen = facts({backend(0, "up standby", "follows 2"), backend(1, "up primary", "writable 2")});
    for (auto& view : seen.backends) view.node = NotAsked{};
    CHECK_FALSE(may_have_lost_main_node(seen));
}

}  // namespace ra::test
