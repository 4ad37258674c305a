#include "decide/score.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

using namespace std::chrono_literals;

TEST_CASE("the promotion score grows with the timeline, and more than any bonus") {
    const auto score = [](const char* state, bool is_on_this_site) {
        auto primary = backend(0, "up primary", state);
        primary.is_on_this_site = is_on_this_site;
        return promotion_score(facts({primary}));
    };
    CHECK(score("writable 1", false) == 1000);
    CHECK(score("writable 1", true) == 1500);
    CHECK(score("writable 2", false) == 2000);
    CHECK(*score("writable 2", false) > *score("writable 1", true));
}

TEST_CASE("the promotion score stays below INFINITY, and never ties on timelines that may be reached") {
    const auto score = [](std::uint32_t timeline, bool is_on_this_site) {
        auto backends = facts({backend(0, "up primary", "writable 1")});
        auto state = *value_of(backends.backends[0].state);
        state.timeline = timeline;
        backends.backends[0].state = state;
        backends.backends[0].is_on_this_site = is_on_this_site;
        return promotion_score(backends).value();
    };
    int before = 0;
    for (std::uint32_t timeline = 1; timeline <= 50000; ++timeline) {
        const auto remote = score(timeline, false);
        const auto local = score(timeline, true);
        if (remote > before && local > remote) {
            before = local;
            continue;
        }
        INFO("timeline " << timeline << ": " << remote << " and " << local << " after " << before);
        CHECK(false);
        break;
    }
    CHECK(score(4000000000U, true) == 999999);
    CHECK(score(4000000000U, false) == 999998);
}

TEST_CASE("without a primary that takes writes there is no score") {
    CHECK_FALSE(promotion_score(facts({backend(0, "up standby", "writable 1")})));
    CHECK_FALSE(promotion_score(facts({backend(0, "up primary", "follows 1")})));
    CHECK_FALSE(promotion_score(facts({backend(0, "down primary", "writable 1")})));
    CHECK_FALSE(promotion_score(facts({backend(0, "up primary", "unreachable")})));
}

TEST_CASE("the score of a primitive whose history was overtaken is taken back, that of a clone is not") {
    const auto seen = facts({backend(0, "up primary", "writable 2")});
    Memory overtaken;
    overtaken.overtaken = "node 1 was overtaken";
    CHECK(std::get<SetScore>(next_score_step(seen, {}, false, 0s)).score == 2000);
    CHECK(std::get<SetScore>(next_score_step(seen, overtaken, true, 0s)).score == 2000);
    CHECK(std::get<RemoveScore>(next_score_step(seen, overtaken, false, 0s)).because == "node 1 was overtaken");
    const auto unknown = facts({backend(0, "up primary", "unreachable")});
    CHECK(std::holds_alternative<KeepScore>(next_score_step(unknown, overtaken, false, 0s)));
}

TEST_CASE("where there is nothing to compare the score is a floor") {
    const auto score = [](const RoleFacts& seen, const Memory& memory) {
        const auto step = next_score_step(seen, memory, true, 0s);
        const auto* set = std::get_if<SetScore>(&step);
        return set == nullptr ? 0 : set->score;
    };
    Memory compared;
    compared.history = History{0, 1, 1};
    auto adopted = facts({backend(0, "up primary", "writable 1")});
    adopted.backends.front().node = NotAsked{};
    adopted.pcp_failure = "there is no PCP account";
    CHECK(score(adopted, {}) == 1);
    CHECK(score(adopted, compared) == 0);
    auto raw = facts({backend(0, "up primary", "follows 1")});
    raw.has_streaming_replication = false;
    CHECK(score(raw, compared) == 1);
}

TEST_CASE("a server behind the history that was served gives no score, one beside a promoted standby does") {
    auto seen = facts({backend(0, "up primary", "writable 1"), backend(1, "up standby", "writable 2")});
    CHECK(std::get<SetScore>(next_score_step(seen, {}, true, 0s)).score == 1000);
    seen.known_history = History{0, 1, 2};
    CHECK(std::get<RemoveScore>(next_score_step(seen, {}, true, 0s)).because ==
          "node 0 (10.0.0.1:5432) is writable on timeline 1, but was overtaken: timeline 2 was served");
}

TEST_CASE("where only overtaken servers are left the score that another one gave is taken back") {
    const auto is_removed = [](const RoleFacts& seen, bool promoted, bool is_clone) {
        Memory memory;
        memory.history = seen.known_history;
        memory.promoted = promoted;
        return std::holds_alternative<RemoveScore>(next_score_step(seen, memory, is_clone, 0s));
    };
    auto seen = facts({backend(0, "down standby", "writable 1"), backend(1, "down standby", "unreachable")});
    seen.known_history = History{0, 1, 2};
    CHECK(is_removed(seen, false, true));
    CHECK_FALSE(is_removed(seen, true, true));
    CHECK_FALSE(is_removed(seen, false, false));

    auto with_standby = seen;
    with_standby.backends.push_back(backend(2, "up standby", "follows 2"));
    CHECK_FALSE(is_removed(with_standby, false, true));

    auto before_any_takeover = seen;
    before_any_takeover.known_history = History{0, 1, 1};
    CHECK_FALSE(is_removed(before_any_takeover, false, true));
}

TEST_CASE("an instance that has long reached no host of a backend has no more than a floor, only in a clone") {
    auto seen = facts({backend(0, "down standby", "unreachable"), backend(1, "down standby", "unreachable")});
    Memory memory;
    memory.history = History{0, 1, 1};
    memory.unreachable_since = 100s;
    const auto is_floor = [&](bool is_clone, std::chrono::seconds now) {
        const auto step = next_score_step(seen, memory, is_clone, now);
        const auto* set = std::get_if<SetScore>(&step);
        return set != nullptr && set->score == 1;
    };
    CHECK(is_floor(true, 120s));
    CHECK_FALSE(is_floor(true, 119s));
    CHECK_FALSE(is_floor(false, 120s));
}

TEST_CASE(
    "a primary that was promoted behind the back of the one that serves gives a waiting instance no more than a "
    "floor") {
    const auto score = [](std::vector<BackendView> backends, std::optional<History> shared, bool promoted) {
        auto seen = facts(std::move(backends));
        seen.shared_history = shared;
        seen.only_waits = !promoted;
        return std::get<SetScore>(next_score_step(seen, {}, true, 0s)).score;
    };
    const std::vector both{backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")};
    const std::vector lost{backend(0, "down standby", "unreachable"), backend(1, "up primary", "writable 2")};
    CHECK(score(both, History{0, 1, 1}, false) == 1);
    CHECK(score(both, History{0, 1, 1}, true) == 2000);
    CHECK(score(both, History{0, 1, 2}, false) == 2000);
    CHECK(score(lost, History{0, 1, 1}, false) == 2000);
    CHECK(score(both, std::nullopt, false) == 2000);
}

}  // namespace ra::test
