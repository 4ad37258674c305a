#include "decide/score.h"

#include <algorithm>

#include "decide/alignment.h"
#include "decide/takeover.h"

namespace ra {

namespace {

constexpr int score_of_a_timeline = 1000;
constexpr int bonus_for_a_local_primary = 500;
constexpr std::int64_t last_with_full_steps = 898;
constexpr std::int64_t highest_score = 999998;  // Pacemaker's INFINITY is 1000000
constexpr int floor_score = 1;                  // Pacemaker promotes no instance without a score

// Of the servers that can be asked none is the newest primary, and none could become it.
std::optional<std::string> why_all_are_overtaken(const RoleFacts& facts) {
    auto primary = find_newest_primary(facts);
    if (primary.newest != nullptr || primary.warning.empty() ||
        std::ranges::any_of(facts.backends, &BackendView::is_standby))
        return {};
    return std::move(primary.warning);
}

ScoreStep step_without_primary(const RoleFacts& facts, const Memory& memory, bool is_clone) {
    if (facts.has_streaming_replication && is_clone && !memory.promoted)
        if (auto why = why_all_are_overtaken(facts)) return RemoveScore{std::move(*why)};
    const bool may_take_over = is_clone && !memory.served_timeline && find_lost_primary(facts).found;
    const bool never_compared = !memory.history && !facts.pcp_failure.empty();
    if (!facts.has_streaming_replication || never_compared || may_take_over) return SetScore{floor_score};
    return KeepScore{"pgpool sends writes to no primary that is known"};
}

// In small steps where the full ones would not fit below INFINITY: the order is what counts.
int score_of(std::uint32_t timeline, bool is_local) {
    const std::int64_t full = std::min<std::int64_t>(timeline, last_with_full_steps);
    if (timeline == full)
        return static_cast<int>(full * score_of_a_timeline + (is_local ? bonus_for_a_local_primary : 0));
    const auto begin = (full + 1) * score_of_a_timeline;
    const auto score = begin + (timeline - full - 1) * 2 + (is_local ? 1 : 0);
    return static_cast<int>(std::min(score, highest_score + (is_local ? 1 : 0)));
}

}  // namespace

std::optional<int> promotion_score(const RoleFacts& facts) {
    const auto* served = find_served(facts);
    if (served == nullptr || why_behind_served(*served, facts)) return std::nullopt;
    return score_of(value_of(served->state)->timeline, served->is_on_this_site);
}

ScoreStep next_score_step(const RoleFacts& facts, const Memory& memory, bool is_clone,
                          std::chrono::seconds since_boot) {
    if (is_clone && memory.unreachable_since && since_boot - *memory.unreachable_since >= unreachable_limit)
        return SetScore{floor_score};
    const auto* served = find_served(facts);
    if (served == nullptr) return step_without_primary(facts, memory, is_clone);
    if (auto behind = why_behind_served(*served, facts)) return RemoveScore{std::move(*behind)};
    if (memory.overtaken && !is_clone) return RemoveScore{*memory.overtaken};
    if (why_beside_served(*served, facts)) return SetScore{floor_score};
    return SetScore{*promotion_score(facts)};
}

}  // namespace ra
