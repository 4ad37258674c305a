#include "decide/monitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/main_node.h"
#include "decide/pcp_answer.h"
#include "decide/roles.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

using Step = std::optional<MonitorStep>;

constexpr Milliseconds before_next_look = 100ms;
constexpr Milliseconds between_looks_of_a_promote = 500ms;

// What a failover, a start or a reload shows for a moment: a second look will tell.
bool may_pass(const Classification& now) {
    return now.condition == Condition::dirty && now.tree.main && !now.tree.main->stat.stopped();
}

// The role is the cluster's word, kept with the identity of the main process that it was given to.
Answer answer(const MonitorFacts& facts, Outcome outcome) {
    outcome.promoted = facts.memory.promoted;
    return {std::move(outcome)};
}

Step step_for_isolation(const MonitorFacts& facts) {
    const auto& policy = facts.policy;
    if (policy.purpose != Purpose::monitor || !policy.looks_for_isolation) return {};
    const auto seen = next_isolation_step(facts.isolation);
    if (const auto* question = std::get_if<IsolationQuestion>(&seen)) return *question;
    const auto* isolated = std::get_if<Isolated>(&seen);
    if (isolated == nullptr) return {};
    const auto isolated_for = facts.since_boot - facts.memory.isolated_since.value_or(facts.since_boot);
    switch (respond_to_isolation(isolated_for, policy.isolation_grace, policy.is_promotable)) {
        case IsolationResponse::wait:
            return answer(
                facts,
                {ExitCode::degraded,
                 fmt::format("{}; in {} s {}", isolated->because, (policy.isolation_grace - isolated_for).count(),
                             policy.is_promotable ? "Pacemaker is told to demote it" : "pgpool is stopped here")});
        case IsolationResponse::forbid_promotion:
            if (!facts.forbade_promotion) return ForbidPromotion{isolated->because};
            return answer(facts, {ExitCode::degraded, isolated->because});
        case IsolationResponse::stop: return StepDown{isolated->because, false};
    }
    return {};
}

Step step_for_query(const MonitorFacts& facts) {
    if (facts.policy.level < query_level) return {};
    if (!facts.query) return QueryThroughPgpool{};
    auto outcome = judge_query(*facts.query, facts.now.tree);
    if (outcome.code == ExitCode::success) return {};
    return answer(facts, std::move(outcome));
}

Step step_for_yielding(const MonitorFacts& facts) {
    const auto purpose = facts.policy.purpose;
    if (!facts.policy.yields || (purpose != Purpose::monitor && purpose != Purpose::watch)) return {};
    const auto known =
        yield_facts(facts.roles->facts, facts.memory, facts.local_addresses, facts.policy.is_clone, facts.rivals);
    const auto step = next_yield_step(known);
    if (const auto* question = std::get_if<RivalQuestion>(&step)) return *question;
    if (const auto* yield = std::get_if<Yield>(&step)) return StepDown{yield->because, true};
    return {};
}

Step step_for_score(const MonitorFacts& facts) {
    const auto purpose = facts.policy.purpose;
    if (facts.has_scored || (purpose != Purpose::monitor && purpose != Purpose::promote)) return {};
    const auto step = next_score_step(facts.roles->facts, facts.local_addresses, facts.memory, facts.policy.is_clone);
    if (const auto* set = std::get_if<SetScore>(&step)) return *set;
    if (const auto* remove = std::get_if<RemoveScore>(&step)) return *remove;
    return {};
}

// A query alone shows it; at level 20 the query was made already.
Step step_for_main_node(const MonitorFacts& facts) {
    if (facts.policy.purpose != Purpose::monitor || !may_have_lost_main_node(facts.roles->facts)) return {};
    if (!facts.query) return QueryThroughPgpool{};
    if (!has_lost_main_node(*facts.query)) return {};
    return answer(facts, judge_query(*facts.query, facts.now.tree));
}

MonitorStep step_for_roles(const MonitorFacts& facts) {
    const auto& policy = facts.policy;
    const bool is_promote = policy.purpose == Purpose::promote;
    const auto& roles = *facts.roles;
    if (pcp_is_silent(roles.facts) && !roles.interrupted) return InterruptStuckWorkers{};
    // It has been freed, where that is possible.
    if (is_promote && pcp_is_silent(roles.facts) && facts.interruptions == 1) return AskRoles{true};
    if (auto step = step_for_yielding(facts)) return *step;
    if (policy.purpose == Purpose::watch) return answer(facts, {});

    auto state = next_alignment_step(roles.facts, roles.context);
    if (policy.aligns) {
        auto move = next_alignment_move(roles.facts, state, facts.told);
        if (auto* request = std::get_if<PcpRequest>(&move)) {
            if (!roles.is_whole) return AskRoles{true};
            return std::move(*request);
        }
        if (std::holds_alternative<WaitForEffect>(move)) return AskRoles{true, before_next_look};
        state = std::move(std::get<Settled>(move).state);
    }
    if (is_promote && std::holds_alternative<NotNow>(state) && facts.has_patience)
        return AskRoles{true, between_looks_of_a_promote, because_of(state)};
    if (auto step = step_for_score(facts)) return *step;
    if (auto step = step_for_main_node(facts)) return *step;
    const auto unresponsive_for = policy.purpose == Purpose::monitor
                                      ? facts.since_boot - facts.memory.unresponsive_since.value_or(facts.since_boot)
                                      : 0s;
    auto result = answer(facts, judge_roles(roles.facts, state, unresponsive_for));
    result.is_about_roles = true;
    return result;
}

}  // namespace

MonitorPolicy monitor_policy(const Parameters& parameters, Purpose purpose, int level, bool cluster_asks, bool is_clone,
                             bool is_promotable) {
    MonitorPolicy policy;
    policy.purpose = purpose;
    policy.level = level;
    policy.aligns = parameters.align || purpose == Purpose::promote;
    policy.may_run_follow_primary = parameters.run_follow_primary;
    policy.yields = cluster_asks && parameters.on_split_brain == OnSplitBrain::yield;
    policy.looks_for_isolation = cluster_asks && !parameters.isolation_attribute.empty();
    policy.isolation_grace = parameters.isolation_grace;
    policy.is_clone = is_clone;
    policy.is_promotable = is_promotable;
    return policy;
}

MonitorStep next_monitor_step(const MonitorFacts& facts) {
    if (may_pass(facts.now) && facts.has_time_to_settle) return LookAgain{};
    if (facts.now.condition != Condition::running) return answer(facts, judge_tree(facts.now));
    // First, because on an isolated node everything else would wait for answers that do not come.
    if (auto step = step_for_isolation(facts)) return *step;
    if (auto step = step_for_query(facts)) return *step;
    if (facts.policy.level < role_level) return answer(facts, {});
    if (!facts.roles)
        return AskRoles{facts.policy.purpose == Purpose::promote || facts.policy.purpose == Purpose::start};
    if (facts.policy.purpose == Purpose::probe)
        return answer(
            facts, judge_roles(facts.roles->facts, next_alignment_step(facts.roles->facts, facts.roles->context), 0s));
    return step_for_roles(facts);
}

Outcome judge_tree(const Classification& now) {
    switch (now.condition) {
        case Condition::running: return {};
        case Condition::clean:
        case Condition::foreign: return {ExitCode::not_running, ""};
        case Condition::dirty:
        case Condition::unknown: return {ExitCode::generic_error, now.because};
    }
    return {ExitCode::generic_error, now.because};
}

Outcome judge_query(const QueryFindings& found, const ProcessTree& tree) {
    using enum QueryFindings::Answer;
    switch (found.answer) {
        case answered: return {};
        case refused:
            if (has_lost_main_node(found))
                return {ExitCode::generic_error,
                        fmt::format("pgpool refuses clients, because it has lost its main node: {}", found.detail)};
            // A restart cures no password and no backend.
            return {ExitCode::degraded, fmt::format("a query through pgpool fails: {}", found.detail)};
        case not_possible: return {ExitCode::degraded, fmt::format("cannot query through pgpool: {}", found.detail)};
        case silent:
            if (found.accepts_clients)
                return {ExitCode::degraded, "pgpool accepts clients, but a query gets no answer: a backend may hang"};
            if (std::ranges::none_of(tree.children, is_idle_child))
                return {ExitCode::degraded, "every child of pgpool is busy"};
            return {ExitCode::generic_error, "pgpool has idle children, but accepts no client"};
        case unreachable: return {ExitCode::generic_error, fmt::format("pgpool accepts no client: {}", found.detail)};
    }
    return {ExitCode::generic_error, found.detail};
}

}  // namespace ra
