#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "decide/alignment.h"

namespace ra {

// The timeline of the primary that pgpool sends writes to; 0 if that cannot be told.
[[nodiscard]] std::uint32_t served_timeline(const RoleFacts& facts);

// Whether the history that this pgpool serves, or served when it was last looked at, was overtaken: its primary is
// still writable, and another one is on a newer timeline of the same system. Says which; empty if not. A primary that
// was replaced in the usual way is dead or a standby by then.
[[nodiscard]] std::string find_overtaken(const RoleFacts& facts, std::uint32_t last_served_timeline);

// Where several pgpool are active that should be one, is this one to stop?
struct YieldFacts {
    bool is_clone = false;         // may be active on several nodes, and is demoted by its score
    std::string overtaken;         // of find_overtaken(), now or since the last time that histories differed
    bool primary_is_here = false;  // the newest primary is on this host
    std::optional<int> rank;       // promotion_score(): of this pgpool
    Observed<std::string> node;
    Observed<std::map<std::string, int>> published_ranks;  // by node, this one's perhaps among them
    Observed<std::vector<std::string>> active_nodes;       // by Pacemaker
};

struct AskForRanks {};
struct AskWhereActive {};
struct Stay {
    std::string because;
};
struct Yield {
    std::string because;
};
using YieldStep = std::variant<AskForRanks, AskWhereActive, Stay, Yield>;

// Yields on positive proof only: Pacemaker takes the resource for active here and elsewhere, the newest primary is not
// on this host, and either the history of this pgpool was overtaken, or an active pgpool elsewhere has the higher rank;
// of equal ranks the first node's in the order of names stays.
[[nodiscard]] YieldStep next_yield_step(const YieldFacts& facts);

}  // namespace ra
