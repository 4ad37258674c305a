#include "decide/memory.h"

#include "decide/pcp_answer.h"

namespace ra {

namespace {

void remember_isolation(Memory& memory, const MonitorFacts& facts) {
    const auto seen = next_isolation_step(facts.isolation);
    if (std::holds_alternative<Connected>(seen)) memory.isolated_since.reset();
    if (std::holds_alternative<Isolated>(seen) && !memory.isolated_since) memory.isolated_since = facts.since_boot;
}

void remember_history(Memory& memory, const RoleFacts& roles) {
    auto overtaken = find_overtaken(roles, memory.served_timeline);
    if (overtaken) memory.overtaken = std::move(overtaken);
    if (find_newest_primary(roles).warning.empty()) memory.overtaken.reset();
    if (const auto served = served_timeline(roles)) memory.served_timeline = served;
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
    if (!facts.roles) return memory;
    const auto& [roles, context, is_whole, interrupted] = *facts.roles;
    const bool is_unresponsive = pcp_is_silent(roles) || context.failover_runs || !context.pcp_is_open;
    if (!is_unresponsive) memory.unresponsive_since.reset();
    if (is_unresponsive && !memory.unresponsive_since) memory.unresponsive_since = facts.since_boot;
    remember_history(memory, roles);
    if (facts.policy.purpose == Purpose::monitor) memory.monitored = true;
    return memory;
}

Memory remember(const Memory& before, const Answer& answer, Purpose purpose) {
    auto memory = before;
    if (!answer.is_about_roles || purpose != Purpose::monitor) return memory;
    memory.trouble.reset();
    if (!answer.outcome.reason.empty()) memory.trouble = answer.outcome.reason;
    return memory;
}

}  // namespace ra
