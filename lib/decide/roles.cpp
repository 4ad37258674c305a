#include "decide/roles.h"

#include <fmt/format.h>

namespace ra {

namespace {

std::string why_detached(const BackendView& backend) {
    if (const auto* error = std::get_if<Error>(&backend.state)) return error->message;
    const auto* state = value_of(backend.state);
    if (state == nullptr) return "it was not asked";
    return state->in_recovery ? "it does not follow the primary" : "it is writable";
}

std::string describe_detached(const RoleFacts& facts) {
    for (const auto& backend : facts.backends) {
        const auto* node = value_of(backend.node);
        if (node != nullptr && node->status == NodeStatus::down)
            return fmt::format("{} is detached: {}", backend.name(), why_detached(backend));
    }
    return {};
}

std::string describe_unknown(const RoleFacts& facts) {
    for (const auto& backend : facts.backends) {
        const auto* node = value_of(backend.node);
        const auto* error = std::get_if<Error>(&backend.state);
        if (node != nullptr && node->attached() && error != nullptr)
            return fmt::format("{} is attached, but cannot be asked: {}", backend.name(), error->message);
    }
    return {};
}

// A standby that gets reads and no WAL, or that of an older history.
std::string describe_stale(const RoleFacts& facts) {
    const auto* newest = find_newest_primary(facts).newest;
    if (newest == nullptr) return {};
    const auto& primary = *value_of(newest->state);
    for (const auto& backend : facts.backends) {
        const auto* node = value_of(backend.node);
        const auto* state = value_of(backend.state);
        if (node == nullptr || !node->attached() || state == nullptr || !state->in_recovery) continue;
        if (!state->streaming)
            return fmt::format("{} is attached, but receives nothing: reads from it may be old", backend.name());
        if (state->timeline != primary.timeline)
            return fmt::format("{} is attached, but is on timeline {}, and the primary on {}: reads from it may be old",
                               backend.name(), state->timeline, primary.timeline);
    }
    return {};
}

}  // namespace

Outcome judge_roles(const RoleFacts& facts, const AlignmentStep& state, std::chrono::seconds unresponsive_for) {
    if (unresponsive_for >= unresponsive_limit)
        return {ExitCode::generic_error, fmt::format("pgpool has been unresponsive for {} minutes: {}",
                                                     unresponsive_for / std::chrono::minutes(1), because_of(state))};
    auto reason = because_of(state);
    if (reason.empty() && facts.has_streaming_replication) reason = find_newest_primary(facts).warning;
    if (reason.empty()) reason = describe_detached(facts);
    if (reason.empty() && facts.has_streaming_replication) reason = describe_stale(facts);
    if (reason.empty()) reason = describe_unknown(facts);
    if (reason.empty()) return {};
    return {ExitCode::degraded, std::move(reason)};
}

}  // namespace ra
