#include "decide/memory.h"

#include <algorithm>
#include <utility>

#include "decide/pcp_answer.h"
#include "decide/stopped_children.h"

namespace ra {

namespace {

void keep_beginning(std::optional<std::chrono::seconds>& since, bool is_so, std::chrono::seconds now) {
    if (!is_so) since.reset();
    if (is_so && !since) since = now;
}

void remember_isolation(Memory& memory, const MonitorFacts& facts) {
    const auto seen = next_isolation_step(facts.isolation);
    // What could not be asked ends no isolation.
    if (const auto* connected = std::get_if<Connected>(&seen);
        connected != nullptr && connected->is_known && memory.isolated_since) {
        memory.isolated_since.reset();
        memory.trouble.reset();  // it was told of as that
    }
    if (std::holds_alternative<Isolated>(seen) && !memory.isolated_since) memory.isolated_since = facts.since_boot;
}

// Those that receive nothing. Of what is silent it is not known that it has caught up. What a standby receives, and on
// which timeline, not every role may see.
std::vector<int> left_behind(const RoleFacts& roles) {
    const auto& known = roles.known_history;
    std::vector<int> found;
    for (const auto& backend : roles.backends) {
        const bool is_unknown = value_of(backend.state) == nullptr;
        if (is_unknown ? known && known->has_left_behind(backend.id)
                       : backend.is_standby() && !value_of(backend.state)->streaming)
            found.push_back(backend.id);
    }
    return found;
}

std::optional<History> served_by(const RoleFacts& roles) {
    const auto* served = find_served(roles);
    if (served == nullptr) return {};
    const auto& state = *value_of(served->state);
    const auto generation = roles.known_history ? roles.known_history->generation : 0;
    return History{generation, state.system_identifier, state.timeline, left_behind(roles)};
}

// Who serves knows best who follows.
std::optional<History> newest_history(const MonitorFacts& facts, const RoleFacts& roles) {
    auto served = served_by(roles);
    const auto& known = roles.known_history;
    if (served && known && served->is_same_as(*known) && serves_by_the_clusters_word(facts)) return served;
    return newer_of(known, served);
}

void remember_history(Memory& memory, const MonitorFacts& facts, const RoleFacts& roles) {
    auto overtaken = find_overtaken(roles, memory.served_timeline);
    if (overtaken) memory.overtaken = std::move(overtaken);
    if (find_newest_primary(roles).warning.empty() || find_serving(roles) != nullptr) memory.overtaken.reset();
    if (const auto served = served_timeline(roles)) memory.served_timeline = served;

    const auto known = newest_history(facts, roles);
    if (known != memory.history) memory.history_is_shared = false;
    memory.history = known;
    const auto* shared = value_of(facts.shared_history);
    if (shared != nullptr && (*shared == memory.history || !serves_by_the_clusters_word(facts)))
        memory.history_is_shared = true;
}

// The delay of a takeover begins when the other site is gone as a whole: a server alone may be silent for a moment. As
// long as it is not known who is in the membership, nothing begins and nothing ends.
void remember_loss(Memory& memory, const MonitorFacts& facts, const RoleFacts& roles) {
    const bool is_lost = find_lost_primary(roles).found.has_value();
    const auto* other_side = value_of(facts.other_side);
    if (is_lost && other_side == nullptr) return;
    keep_beginning(memory.primary_lost_since, is_lost && other_side->peers.empty(), facts.since_boot);
}

std::optional<int> primary_of(const std::vector<AttachedNode>& nodes) {
    const auto found = std::ranges::find_if(nodes, &AttachedNode::is_primary);
    return found == nodes.end() ? std::nullopt : std::optional(found->id);
}

std::optional<AttachedNode> seen_as(const BackendView& backend, const std::vector<AttachedNode>& before) {
    if (const auto* state = value_of(backend.state))
        return AttachedNode{backend.id, state->up_since, value_of(backend.node)->role == NodeRole::primary};
    const auto seen = std::ranges::find(before, backend.id, &AttachedNode::id);
    return seen == before.end() || !backend.answers_without_state ? std::nullopt : std::optional(*seen);
}

// The agent has attached it lately, and it did not last: pgpool itself refuses it.
bool is_refused_by_pgpool(const BackendView& backend, const MonitorFacts& facts) {
    const auto attach = PcpRequest{"attach", backend.id, ""}.text();
    return std::ranges::any_of(facts.memory.told, [&](const Told& told) {
        return told.request == attach && facts.since_boot - told.last <= 2 * pause_after(told.times);
    });
}

// It was attached when last seen, and nothing was wrong with its server since, for the agent and for pgpool itself.
bool was_detached_by_hand(const BackendView& backend, const std::vector<AttachedNode>& before) {
    const auto seen = std::ranges::find(before, backend.id, &AttachedNode::id);
    const auto* state = value_of(backend.state);
    return backend.detached_by != DetachedBy::pgpool && seen != before.end() && !seen->is_primary && state != nullptr &&
           state->up_since == seen->up_since;
}

// It is newer than the primary that pgpool serves and that still takes writes: somebody has promoted it, for a
// rehearsal perhaps. For an instance that only waits the pgpool before this one may have done so.
bool was_promoted_by_hand(const BackendView& backend, const RoleFacts& roles) {
    return !roles.only_waits && backend.is_writable() &&
           std::ranges::any_of(roles.backends, [&](const BackendView& other) {
               return other.serves_writes() && value_of(other.state)->timeline < value_of(backend.state)->timeline;
           });
}

// By the agent, or by pgpool as far as it tells.
bool may_be_reached(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return backend.host_answers || node == nullptr || node->attached();
}

// Each failover, and what the agent tells pgpool, may set other nodes down.
void remember_nodes(Memory& memory, const MonitorFacts& facts, const RoleFacts& roles) {
    if (facts.roles->context.failover_runs || !pcp_problem(roles).empty()) return;
    auto before = std::exchange(memory.attached, {});
    for (const auto& backend : roles.backends)
        if (value_of(backend.node)->attached())
            if (const auto seen = seen_as(backend, before)) memory.attached.push_back(*seen);
    if (!facts.told.sent.empty() || primary_of(before) != primary_of(memory.attached)) before.clear();
    for (const auto& backend : roles.backends) {
        const auto& node = *value_of(backend.node);
        if (node.attached()) std::erase(memory.kept_out, backend.id);
        if (node.attached() || backend.is_standby()) std::erase(memory.promoted_beside, backend.id);
        if (node.attached() || node.quarantined || backend.is_kept_out || is_refused_by_pgpool(backend, facts))
            continue;
        if (was_detached_by_hand(backend, before)) {
            memory.kept_out.push_back(backend.id);
        } else if (was_promoted_by_hand(backend, roles)) {
            memory.promoted_beside.push_back(backend.id);
        }
    }
}

// The children are looked at only where a client was not accepted, and for a query. A newborn one says nothing.
std::optional<bool> sees_no_child(const MonitorFacts& facts) {
    const bool is_accepted = !facts.client_tries.empty() && facts.client_tries.back().accepted;
    if (is_accepted || (facts.query && facts.query->accepts_clients)) return false;
    if ((facts.client_tries.empty() && !facts.query) || has_newborn(facts.now.tree)) return {};
    return is_childless(facts.now.tree);
}

void remember_childless(Memory& memory, const MonitorFacts& facts) {
    if (const auto seen = sees_no_child(facts)) keep_beginning(memory.childless_since, *seen, facts.since_boot);
}

}  // namespace

Memory memory_of(const Snapshot& seen, const Classification& now) {
    const bool nothing_runs = now.condition == Condition::clean || now.condition == Condition::foreign;
    const bool is_another = seen.record && now.tree.main && now.tree.main->stat.id != seen.record->started.main;
    if (!seen.record || nothing_runs || is_another) return {};
    return seen.record->memory;
}

Memory remember(const Memory& before, const MonitorFacts& facts) {
    auto memory = before;
    if (facts.policy.purpose == Purpose::probe) return memory;
    remember_isolation(memory, facts);
    remember_childless(memory, facts);
    if (!facts.roles) return memory;
    const auto roles = known_roles(facts);
    const auto& context = facts.roles->context;
    const bool is_unresponsive = pcp_is_silent(roles) || context.main_waits || !context.pcp_is_open;
    keep_beginning(memory.unresponsive_since, is_unresponsive, facts.since_boot);
    keep_beginning(memory.unreachable_since, std::ranges::none_of(roles.backends, may_be_reached), facts.since_boot);
    remember_loss(memory, facts, roles);
    memory.silent = silent_servers(roles);
    remember_history(memory, facts, roles);
    remember_nodes(memory, facts, roles);
    if (facts.policy.purpose == Purpose::monitor) memory.watched_since.reset();
    return memory;
}

Memory remember(const Memory& before, const Answer& answer, Purpose purpose) {
    auto memory = before;
    if (purpose != Purpose::monitor) return memory;
    if (answer.is_about_roles) memory.trouble.reset();
    if (answer.outcome.code == ExitCode::degraded || (answer.is_about_roles && !answer.outcome.reason.empty()))
        memory.trouble = answer.outcome.reason;
    return memory;
}

Memory remember(const Memory& before, const std::string& request, std::chrono::seconds since_boot) {
    auto memory = before;
    std::erase_if(memory.told, [&](const Told& told) {
        return told.request != request && since_boot - told.last > 2 * pause_after(told.times);
    });
    const auto told = std::ranges::find(memory.told, request, &Told::request);
    if (told == memory.told.end()) {
        memory.told.push_back({request, 1, since_boot});
        return memory;
    }
    const bool has_lasted = since_boot - told->last > 2 * pause_after(told->times);
    *told = {request, has_lasted ? 1 : told->times + 1, since_boot};
    return memory;
}

bool is_still_needed(std::chrono::seconds watching_since, bool is_early, const Memory& memory) {
    return memory.watched_since ? memory.watched_since == watching_since : is_early;
}

}  // namespace ra
