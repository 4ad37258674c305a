#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "decide/alignment.h"
#include "facts/record.h"

namespace ra {

// The timeline of the primary that pgpool sends writes to.
[[nodiscard]] std::optional<std::uint32_t> served_timeline(const RoleFacts& facts);

// Whether the history that this pgpool serves, or served when it was last looked at, was overtaken: its primary is
// still writable, and another one is on a newer timeline of the same system. Says which. A primary that was replaced in
// the usual way is dead or a standby by then.
[[nodiscard]] std::optional<std::string> find_overtaken(const RoleFacts& facts,
                                                        std::optional<std::uint32_t> last_served_timeline);

// What the cluster says about this resource on other nodes.
struct RivalFacts {
    Observed<std::string> node;                            // this one
    Observed<std::map<std::string, int>> published_ranks;  // by node, this one's perhaps among them
    Observed<std::vector<std::string>> active_nodes;       // by Pacemaker
};

// Where several pgpool are active that should be one, is this one to stop?
struct YieldFacts {
    bool is_clone = false;                   // may be active on several nodes, and is demoted by its score
    std::optional<std::string> overtaken{};  // of find_overtaken(), now or since the last time that histories differed
    bool knows_primary = false;              // which server is the newest primary
    bool primary_is_here = false;            // it is on this site
    std::optional<int> rank{};               // promotion_score() of this pgpool, 0: the primary is known, and not used
    RivalFacts rivals{};
};

[[nodiscard]] YieldFacts yield_facts(const RoleFacts& facts, const Memory& memory, bool is_clone,
                                     const RivalFacts& rivals);

enum class RivalQuestion { ranks, active_nodes };
struct Stay {
    std::string because;
};
struct Yield {
    std::string because;
};
using YieldStep = std::variant<RivalQuestion, Stay, Yield>;

// Yields on positive proof only: Pacemaker takes the resource for active here and elsewhere, the newest primary is not
// on this site, and either the history of this pgpool was overtaken, or an active pgpool elsewhere has the higher rank.
// Of equal ranks the first node's in the order of names stays, if the newest primary is known: both send their writes
// to it. In a split brain nobody guesses.
[[nodiscard]] YieldStep next_yield_step(const YieldFacts& facts);

}  // namespace ra
