#include "decide/score.h"

#include <catch2/catch.hpp>

#include "tests/unit/decide/role_facts.h"

namespace ra::test {

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

TEST_CASE("the score of a primitive whose history was overtaken is taken back, that of a clone is not") {
    const auto seen = facts({backend(0, "up primary", "writable 2")});
    Memory overtaken;
    overtaken.overtaken = "node 1 was overtaken";
    CHECK(std::get<SetScore>(next_score_step(seen, {}, {}, false)).score == 2000);
    CHECK(std::get<SetScore>(next_score_step(seen, {}, overtaken, true)).score == 2000);
    CHECK(std::get<RemoveScore>(next_score_step(seen, {}, overtaken, false)).because == "node 1 was overtaken");
    const auto unknown = facts({backend(0, "up primary", "unreachable")});
    CHECK(std::holds_alternative<KeepScore>(next_score_step(unknown, {}, overtaken, false)));
}

}  // namespace ra::test
