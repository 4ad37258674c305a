#include "decide/score.h"

#include <algorithm>

#include "facts/address.h"

namespace ra {

namespace {

constexpr int score_of_a_timeline = 1000;
constexpr int bonus_for_a_local_primary = 500;
constexpr int highest_score = 900000;  // Pacemaker's INFINITY is 1000000

}  // namespace

std::optional<int> promotion_score(const RoleFacts& facts, const std::set<std::string>& local_addresses) {
    for (const auto& backend : facts.backends) {
        if (!backend.serves_writes()) continue;
        const auto timeline =
            std::min<std::uint32_t>(value_of(backend.state)->timeline, highest_score / score_of_a_timeline - 1);
        return static_cast<int>(timeline) * score_of_a_timeline +
               (is_on_this_host(backend.host, local_addresses) ? bonus_for_a_local_primary : 0);
    }
    return std::nullopt;
}

ScoreStep next_score_step(const RoleFacts& facts, const std::set<std::string>& local_addresses, const Memory& memory,
                          bool is_clone) {
    const auto score = promotion_score(facts, local_addresses);
    if (!score) return KeepScore{"pgpool sends writes to no primary that is known"};
    if (memory.overtaken && !is_clone) return RemoveScore{*memory.overtaken};
    return SetScore{*score};
}

}  // namespace ra
