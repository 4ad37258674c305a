#include "decide/yield.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/pcp_answer.h"
#include "decide/score.h"

namespace ra {

namespace {

bool is_writable_on(const BackendView& backend, std::uint32_t timeline) {
    return backend.is_writable() && value_of(backend.state)->timeline == timeline;
}

bool may_be_active_on(const YieldFacts& facts, const std::string& node) {
    const auto* active = value_of(facts.rivals.active_nodes);
    return active == nullptr || std::ranges::find(*active, node) != active->end();
}

// The node elsewhere with the highest rank, if that is above ours.
std::optional<std::string> find_rival(const YieldFacts& facts) {
    const auto* node = value_of(facts.rivals.node);
    const auto* ranks = value_of(facts.rivals.published_ranks);
    if (node == nullptr || ranks == nullptr) return {};
    std::optional<std::string> rival;
    int highest = *facts.rank;
    for (const auto& [name, rank] : *ranks) {
        const bool wins = rank > highest || (rank == highest && !rival && name < *node && facts.knows_primary);
        if (name == *node || !wins || !may_be_active_on(facts, name)) continue;
        rival = name;
        highest = rank;
    }
    return rival;
}

}  // namespace

std::optional<std::uint32_t> served_timeline(const RoleFacts& facts) {
    const auto* served = find_served(facts);
    if (served == nullptr) return {};
    return value_of(served->state)->timeline;
}

std::optional<std::string> find_overtaken(const RoleFacts& facts, std::optional<std::uint32_t> last_served_timeline) {
    const auto* newest = find_newest_primary(facts).newest;
    if (newest == nullptr) return {};
    const auto newest_timeline = value_of(newest->state)->timeline;
    for (const auto served : {served_timeline(facts), last_served_timeline}) {
        if (!served || *served >= newest_timeline) continue;
        for (const auto& backend : facts.backends)
            if (is_writable_on(backend, *served))
                return fmt::format("{} on timeline {} was overtaken by {} on timeline {}", backend.name(), *served,
                                   newest->name(), newest_timeline);
    }
    return {};
}

YieldFacts yield_facts(const RoleFacts& facts, const Memory& memory, bool is_clone, const RivalFacts& rivals) {
    YieldFacts known{.is_clone = is_clone, .overtaken = memory.overtaken, .rivals = rivals};
    const auto* newest = find_newest_primary(facts).newest;
    known.knows_primary = newest != nullptr;
    known.primary_is_here = newest != nullptr && newest->is_on_this_site;
    known.rank = promotion_score(facts);
    // The primary is known, and this pgpool does not send writes to it, or it sends them to one that was overtaken: no
    // other ranks lower.
    const auto* served = find_served(facts);
    const bool is_behind = served != nullptr && why_behind_served(*served, facts);
    if (!known.rank && pcp_problem(facts).empty() && (newest != nullptr || is_behind)) known.rank = 0;
    return known;
}

YieldStep next_yield_step(const YieldFacts& facts) {
    if (facts.is_clone) return Stay{"Pacemaker demotes one instance of a clone by its score"};
    if (facts.primary_is_here) return Stay{"the newest primary is on this site"};
    std::optional<std::string> rival;
    if (!facts.overtaken) {
        if (!facts.rank) return Stay{"this pgpool sends writes to no primary that is known"};
        if (!is_asked(facts.rivals.published_ranks)) return RivalQuestion::ranks;
        rival = find_rival(facts);
        if (!rival) return Stay{"no pgpool elsewhere has a higher rank"};
    }
    if (!is_asked(facts.rivals.active_nodes)) return RivalQuestion::active_nodes;
    const auto* node = value_of(facts.rivals.node);
    const auto* active = value_of(facts.rivals.active_nodes);
    if (node == nullptr || active == nullptr) return Stay{"it is not known where else the resource is active"};
    const auto is_here = [&](const std::string& other) { return other == *node; };
    const auto elsewhere = rival ? std::ranges::find(*active, *rival) : std::ranges::find_if_not(*active, is_here);
    if (std::ranges::none_of(*active, is_here) || elsewhere == active->end())
        return Stay{"the resource is not active here and elsewhere"};
    if (!rival) return Yield{fmt::format("yielded to {}: {}", *elsewhere, *facts.overtaken)};
    return Yield{fmt::format("yielded to {}: both are active, and the primary is not on this site", *rival)};
}

}  // namespace ra
