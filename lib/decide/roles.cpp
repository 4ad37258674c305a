#include "decide/roles.h"

#include <fmt/format.h>

#include <algorithm>

#include "system/own_addresses.h"

namespace ra {

namespace {

constexpr int score_of_a_timeline = 1000;
constexpr int bonus_for_a_local_primary = 500;
constexpr int highest_score = 900000;  // Pacemaker's INFINITY is 1000000

// "the roles differ" in words; empty if they agree.
std::string describe(const AlignmentStep& state) {
    struct Describe {
        std::string operator()(const Agreed&) const { return {}; }
        std::string operator()(const AttachNode& step) const { return step.because; }
        std::string operator()(const PromoteNode& step) const { return step.because; }
        std::string operator()(const NotNow& step) const { return step.because; }
        std::string operator()(const MustNot& step) const { return step.because; }
    };
    return std::visit(Describe{}, state);
}

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

}  // namespace

Outcome judge_roles(const RoleFacts& facts, const AlignmentStep& state, std::chrono::seconds unresponsive_for,
                    bool knows_degraded) {
    if (unresponsive_for >= unresponsive_limit)
        return {ExitCode::generic_error, fmt::format("pgpool has been unresponsive for {} minutes: {}",
                                                     unresponsive_for / std::chrono::minutes(1), describe(state))};
    auto reason = describe(state);
    if (reason.empty() && facts.has_streaming_replication) reason = find_newest_primary(facts).warning;
    if (reason.empty()) reason = describe_detached(facts);
    if (reason.empty()) reason = describe_unknown(facts);
    if (reason.empty()) return {};
    return {knows_degraded ? ExitCode::degraded : ExitCode::success, std::move(reason)};
}

bool may_have_lost_main_node(const RoleFacts& facts) {
    std::optional<NodeRole> lowest;
    for (const auto& backend : facts.backends) {
        const auto* node = value_of(backend.node);
        if (node == nullptr || !node->attached()) continue;
        if (value_of(backend.state) == nullptr) return false;
        if (!lowest) lowest = node->role;
    }
    return lowest == NodeRole::standby;
}

ExitCode for_promoted(ExitCode code) {
    switch (code) {
        case ExitCode::success: return ExitCode::running_promoted;
        case ExitCode::degraded: return ExitCode::degraded_promoted;
        case ExitCode::generic_error: return ExitCode::failed_promoted;
        default: return code;
    }
}

std::optional<int> promotion_score(const RoleFacts& facts, const std::set<std::string>& own_addresses) {
    for (const auto& backend : facts.backends) {
        if (!backend.serves_writes()) continue;
        const auto timeline =
            std::min<std::uint32_t>(value_of(backend.state)->timeline, highest_score / score_of_a_timeline - 1);
        return static_cast<int>(timeline) * score_of_a_timeline +
               (is_on_this_host(backend.host, own_addresses) ? bonus_for_a_local_primary : 0);
    }
    return std::nullopt;
}

}  // namespace ra
