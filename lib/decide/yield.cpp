#include "decide/yield.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra {

namespace {

bool is_writable_on(const BackendView& backend, std::uint32_t timeline) {
    return backend.is_writable() && value_of(backend.state)->timeline == timeline;
}

// The node elsewhere with the highest rank, if that is above ours.
std::string find_rival(const YieldFacts& facts) {
    const auto* node = value_of(facts.node);
    const auto* ranks = value_of(facts.published_ranks);
    if (node == nullptr || ranks == nullptr) return {};
    std::string rival;
    int highest = *facts.rank;
    for (const auto& [name, rank] : *ranks) {
        const bool wins = rank > highest || (rank == highest && rival.empty() && name < *node);
        if (name == *node || !wins) continue;
        rival = name;
        highest = rank;
    }
    return rival;
}

}  // namespace

std::uint32_t served_timeline(const RoleFacts& facts) {
    const auto served = std::ranges::find_if(facts.backends, &BackendView::serves_writes);
    return served == facts.backends.end() ? 0 : value_of(served->state)->timeline;
}

std::string find_overtaken(const RoleFacts& facts, std::uint32_t last_served_timeline) {
    const auto newest = find_newest_primary(facts).newest;
    if (newest == nullptr) return {};
    const auto newest_timeline = value_of(newest->state)->timeline;
    for (const auto served : {served_timeline(facts), last_served_timeline}) {
        if (served == 0 || served >= newest_timeline) continue;
        for (const auto& backend : facts.backends)
            if (is_writable_on(backend, served))
                return fmt::format("{} on timeline {} was overtaken by {} on timeline {}", backend.name(), served,
                                   newest->name(), newest_timeline);
    }
    return {};
}

YieldStep next_yield_step(const YieldFacts& facts) {
    if (facts.is_clone) return Stay{"Pacemaker demotes one instance of a clone by its score"};
    if (facts.primary_is_here) return Stay{"the newest primary is on this host"};
    std::string rival;
    if (facts.overtaken.empty()) {
        if (!facts.rank) return Stay{"this pgpool sends writes to no primary that is known"};
        if (!is_asked(facts.published_ranks)) return AskForRanks{};
        rival = find_rival(facts);
        if (rival.empty()) return Stay{"no pgpool elsewhere has a higher rank"};
    }
    if (!is_asked(facts.active_nodes)) return AskWhereActive{};
    const auto* node = value_of(facts.node);
    const auto* active = value_of(facts.active_nodes);
    if (node == nullptr || active == nullptr) return Stay{"it is not known where else the resource is active"};
    const auto is_here = [&](const std::string& other) { return other == *node; };
    const auto elsewhere =
        rival.empty() ? std::ranges::find_if_not(*active, is_here) : std::ranges::find(*active, rival);
    if (std::ranges::none_of(*active, is_here) || elsewhere == active->end())
        return Stay{"the resource is not active here and elsewhere"};
    if (rival.empty()) return Yield{fmt::format("yielded to {}: {}", *elsewhere, facts.overtaken)};
    return Yield{fmt::format("yielded to {}: both are active, and the primary is not on this host", rival)};
}

}  // namespace ra
