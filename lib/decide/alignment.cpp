#include "decide/alignment.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra {

namespace {

using Backends = std::vector<const BackendView*>;

Backends writable(const RoleFacts& facts) {
    Backends found;
    for (const auto& backend : facts.backends)
        if (backend.is_writable()) found.push_back(&backend);
    return found;
}

const BackendState& state_of(const BackendView& backend) { return *value_of(backend.state); }

bool is_primary_in_pgpool(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return node != nullptr && node->role == NodeRole::primary;
}

// pgpool shows this while it looks for a new primary.
const BackendView* find_detached_primary(const RoleFacts& facts) {
    for (const auto& backend : facts.backends)
        if (is_primary_in_pgpool(backend) && !value_of(backend.node)->attached()) return &backend;
    return nullptr;
}

// The primary of pgpool, if PostgreSQL there gave no answer.
const BackendView* find_served_unknown(const RoleFacts& facts) {
    for (const auto& backend : facts.backends)
        if (is_primary_in_pgpool(backend) && value_of(backend.state) == nullptr) return &backend;
    return nullptr;
}

const BackendView* find_unasked(const RoleFacts& facts) {
    const auto found = std::ranges::find_if(facts.backends, &BackendView::answers_without_state);
    return found == facts.backends.end() ? nullptr : &*found;
}

bool has_roles(const RoleFacts& facts) {
    return std::ranges::all_of(facts.backends, [](const BackendView& backend) {
        const auto* node = value_of(backend.node);
        return node == nullptr || node->role == NodeRole::primary || node->role == NodeRole::standby;
    });
}

// A standby that follows the newest primary's history and receives from it.
bool follows(const BackendView& standby, const BackendView& primary) {
    const auto* state = value_of(standby.state);
    return state != nullptr && state->in_recovery && state->streaming &&
           state->system_identifier == state_of(primary).system_identifier &&
           state->timeline == state_of(primary).timeline;
}

std::string why_nobody_is_writable(const RoleFacts& facts) {
    for (const auto& backend : facts.backends)
        if (const auto* error = std::get_if<Error>(&backend.state))
            return fmt::format("no PostgreSQL is known to be writable: {}: {}", backend.name(), error->message);
    return "no PostgreSQL is writable";
}

AlignmentStep make_primary(const BackendView& newest, const RoleFacts& facts, const AlignmentContext& context) {
    const auto& node = *value_of(newest.node);
    if (node.quarantined) return MustNot{fmt::format("{} is quarantined by pgpool's watchdog", newest.name())};
    if (const auto* unasked = find_unasked(facts))
        return MustNot{fmt::format("{} answers, but cannot be asked whether it is a newer primary: {}", unasked->name(),
                                   std::get<Error>(unasked->state).message)};
    const auto because = fmt::format("{} is writable on timeline {}, and pgpool takes it for {}", newest.name(),
                                     state_of(newest).timeline, node.attached() ? "a standby" : "down");
    // A standby of the primary in use has been promoted since; a server that pgpool has set down may be older than
    // that.
    if (const auto* served = find_served_unknown(facts); served != nullptr && !node.attached())
        return NotNow{fmt::format("cannot ask {}, which pgpool uses, whether it is newer than {}", served->name(),
                                  newest.name())};
    if (!node.attached()) return AttachNode{newest.id, because};
    if (facts.has_follow_primary_command && !context.may_run_follow_primary)
        return MustNot{fmt::format("promoting {} would run follow_primary_command: it is writable on timeline {}",
                                   newest.name(), state_of(newest).timeline)};
    return PromoteNode{newest.id, because};
}

}  // namespace

Primary find_newest_primary(const RoleFacts& facts) {
    const auto candidates = writable(facts);
    if (candidates.empty()) return {nullptr, why_nobody_is_writable(facts), ""};
    const auto timeline = [](const BackendView* backend) { return state_of(*backend).timeline; };
    const auto* newest = *std::ranges::max_element(candidates, {}, timeline);
    for (const auto* other : candidates) {
        if (other == newest) continue;
        if (state_of(*other).system_identifier != state_of(*newest).system_identifier)
            return {nullptr,
                    fmt::format("split brain: {} and {} are both writable, with different histories", newest->name(),
                                other->name()),
                    ""};
        if (timeline(other) == timeline(newest))
            return {nullptr,
                    fmt::format("split brain: {} and {} are both writable on timeline {}", newest->name(),
                                other->name(), timeline(newest)),
                    ""};
    }
    Primary primary{newest, fmt::format("{} is writable on timeline {}", newest->name(), timeline(newest)), ""};
    for (const auto* other : candidates)
        if (other != newest)
            primary.warning = fmt::format("{} is writable too, on the older timeline {}: it is not attached",
                                          other->name(), timeline(other));
    return primary;
}

AlignmentContext alignment_context(const Family& family, bool may_run_follow_primary) {
    return {!family.commands.empty(), has_pcp_process(family), may_run_follow_primary};
}

bool is_request(const AlignmentStep& step) {
    return std::holds_alternative<AttachNode>(step) || std::holds_alternative<PromoteNode>(step);
}

AlignmentStep next_alignment_step(const RoleFacts& facts, const AlignmentContext& context) {
    if (context.failover_runs) return NotNow{"pgpool is running a command of its own, a failover as a rule"};
    if (!facts.pcp_failure.empty() && !context.pcp_is_open)
        return NotNow{"pgpool is still looking for a primary: PCP is not open yet"};
    if (!facts.pcp_failure.empty()) return MustNot{facts.pcp_failure};
    if (!has_roles(facts)) return Agreed{};
    if (const auto* detached = find_detached_primary(facts))
        return NotNow{fmt::format("pgpool is looking for a primary: it has detached {}", detached->name())};
    const auto primary = find_newest_primary(facts);
    if (primary.newest == nullptr) {
        if (writable(facts).empty()) return NotNow{primary.because};
        return MustNot{primary.because};
    }
    const auto step = [&]() -> AlignmentStep {
        if (!is_primary_in_pgpool(*primary.newest)) return make_primary(*primary.newest, facts, context);
        for (const auto& backend : facts.backends) {
            const auto& node = *value_of(backend.node);
            if (node.status != NodeStatus::down || node.quarantined || !follows(backend, *primary.newest)) continue;
            return AttachNode{backend.id, fmt::format("{} is a standby of the primary", backend.name())};
        }
        return Agreed{};
    }();
    if (facts.has_watchdog && !std::holds_alternative<Agreed>(step))
        return MustNot{"the roles differ, but pgpool's watchdog decides about them"};
    return step;
}

}  // namespace ra
