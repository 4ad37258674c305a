#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "facts/backend.h"
#include "facts/record.h"

namespace ra {

// How much this instance should have the promoted role: a rank that grows with the timeline of the primary that its
// pgpool sends writes to, higher if that primary is on this site. When two partitions of a cluster merge, Pacemaker
// compares scores that each has set alone: a score must be valid without knowledge of the other side, and outweigh
// location preferences of some hundreds, up to timeline 898; it keeps the order up to timeline 51000. Nothing if pgpool
// sends writes to no primary that is known, or to one that is behind the newest history that was served.
[[nodiscard]] std::optional<int> promotion_score(const RoleFacts& facts);

// For how long no host of a backend has to be silent before another instance is to be promoted.
inline constexpr std::chrono::seconds unreachable_limit{20};

struct SetScore {
    int score;
};
struct RemoveScore {
    std::string because;
};
struct KeepScore {  // nothing new is known
    std::string because;
};
using ScoreStep = std::variant<SetScore, RemoveScore, KeepScore>;

// What is told to Pacemaker. A floor where there is nothing to compare: another clustering mode, a pgpool that was
// adopted and has no PCP account; where pgpool has no backend and no host of one answers any more, because a restart
// cures nothing then, and a move may; on an instance that was begun after the primary was lost with its site, so that
// one is promoted that takes over; and on an instance that waits, where its primary was promoted while the one that the
// cluster knows goes on taking writes: by hand, or by a failover_command on a site that was cut off. A server that was
// overtaken by one that nobody has served keeps its score. An instance of a clone is not promoted, or no longer, where
// only overtaken servers are left; one that was promoted before waits for its primary. A primitive that is to yield
// must outrank nobody, wherever an alignment has turned it meanwhile.
[[nodiscard]] ScoreStep next_score_step(const RoleFacts& facts, const Memory& memory, bool is_clone,
                                        std::chrono::seconds since_boot);

}  // namespace ra
