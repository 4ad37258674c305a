#include "decide/accept_history.h"

#include <fmt/format.h>

#include "decide/alignment.h"

namespace ra {

namespace {

std::string describe(const BackendView& backend) {
    const auto& state = *value_of(backend.state);
    return fmt::format("{} on timeline {} of database system {}", backend.name(), state.timeline,
                       state.system_identifier);
}

std::string describe(const History& history) {
    return fmt::format("timeline {} of database system {}", history.timeline, history.system_identifier);
}

}  // namespace

HistoryOffer offer_history(const RoleFacts& facts) {
    std::string text = facts.known_history ? fmt::format("served last: {}\n", describe(*facts.known_history))
                                           : std::string("served last: nothing that the cluster knows\n");
    const BackendView* candidate = nullptr;
    int writable = 0;
    for (const auto& backend : facts.backends) {
        if (!backend.is_writable()) continue;
        text += fmt::format("writable:    {}\n", describe(backend));
        candidate = &backend;
        ++writable;
    }
    if (writable == 0) return {text + "no server is writable: there is nothing to accept\n", {}};
    if (writable > 1) return {text + "several servers are writable: stop all but the one to accept\n", {}};
    if (!why_behind_served(*candidate, facts))
        return {text + fmt::format("{} is not behind what was served: nothing is given up\n", candidate->name()), {}};
    const auto& state = *value_of(candidate->state);
    text += fmt::format("accepting {} GIVES UP everything that was confirmed on {}\n", candidate->name(),
                        describe(*facts.known_history));
    return {std::move(text), History{facts.known_history->generation + 1, state.system_identifier, state.timeline}};
}

}  // namespace ra
