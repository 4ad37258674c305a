#include "decide/monitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/main_node.h"
#include "decide/pcp_answer.h"
#include "decide/roles.h"
#include "decide/stopped_children.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

using Step = std::optional<MonitorStep>;
// Why this server must not serve, if it must not.
using WhyNot = std::optional<std::string> (*)(const BackendView&, const RoleFacts&);

constexpr Milliseconds before_next_look = 100ms;
constexpr Milliseconds between_looks_of_a_promote = 500ms;
constexpr Milliseconds between_looks_at_pcp = 200ms;
// With a primary that answers: its search connects to what is lost too, and the kernel gives that up after 7 s or more.
// With a monitor of level 10 every 30 s, three of them have seen it: two may have met two failovers.
constexpr std::chrono::seconds patience_with_failover = 45s;

// What a failover, a start or a reload shows for a moment: a second look will tell.
bool may_pass(const Classification& now) {
    return now.condition == Condition::dirty && now.tree.main && !now.tree.main->stat.stopped();
}

// Where the halves of a cluster meet before Pacemaker has stopped what the monitor of one of them has stopped, it takes
// pgpool for active on two nodes, and with multiple-active=block it begins no stop any more.
Step step_for_block(const MonitorFacts& facts) {
    if (!facts.policy.unblocks || judge_tree(facts.now).code != ExitCode::not_running) return {};
    if (!is_asked(facts.rivals.active_nodes)) return RivalQuestion::active_nodes;
    const auto* node = value_of(facts.rivals.node);
    const auto* active = value_of(facts.rivals.active_nodes);
    if (node == nullptr || active == nullptr) return {};
    const auto elsewhere = std::ranges::find_if(*active, [&](const auto& name) { return name != *node; });
    if (elsewhere == active->end() || std::ranges::find(*active, *node) == active->end()) return {};
    return Unblock{fmt::format("pgpool is stopped here, but Pacemaker takes it for active here and on {}", *elsewhere)};
}

// The role is the cluster's word, kept with the identity of the main process that it was given to.
Answer answer(const MonitorFacts& facts, Outcome outcome) {
    outcome.promoted = facts.memory.promoted;
    return {std::move(outcome)};
}

// Nothing is promoted on an isolated node: Pacemaker may order that before it has heard from ping.
Step step_for_isolation(const MonitorFacts& facts) {
    const auto& policy = facts.policy;
    const bool promotes = policy.purpose == Purpose::promote;
    if ((policy.purpose != Purpose::monitor && !promotes) || !policy.looks_for_isolation) return {};
    const auto seen = next_isolation_step(facts.isolation);
    if (const auto* question = std::get_if<IsolationQuestion>(&seen)) return *question;
    const auto* isolated = std::get_if<Isolated>(&seen);
    if (isolated == nullptr) return {};
    const auto isolated_for = facts.since_boot - facts.memory.isolated_since.value_or(facts.since_boot);
    if (promotes || isolated_for >= policy.isolation_grace) return StepDown{isolated->because, false};
    return answer(facts, {ExitCode::degraded, fmt::format("{}; in {} s pgpool is stopped here", isolated->because,
                                                          (policy.isolation_grace - isolated_for).count())});
}

// At level 20 the query tells more.
bool asks_for_clients(const MonitorPolicy& policy) {
    return policy.purpose == Purpose::monitor && policy.level >= role_level && policy.level < query_level;
}

// Only a failure ends the monitor: clients that wait must not keep the roles from being looked at.
Step step_for_clients(const MonitorFacts& facts) {
    if (!asks_for_clients(facts.policy)) return {};
    const auto step = next_client_step(facts.client_tries, facts.now.tree);
    if (const auto* connect = std::get_if<ConnectAsClient>(&step)) return *connect;
    if (const auto* lost = std::get_if<ClientsAreLost>(&step))
        return answer(facts, {ExitCode::generic_error, lost->because});
    return {};
}

// A failover ends all children for clients, and begins them anew when it has found a primary. Where it hangs, nobody is
// served, and nobody loses a session by a restart.
std::optional<std::string> why_no_child_will_come(const MonitorFacts& facts) {
    const auto& since = facts.memory.childless_since;
    if (facts.policy.purpose != Purpose::monitor || !since || facts.since_boot - *since < patience_with_failover)
        return {};
    if (has_newborn(facts.now.tree)) return {};
    if (std::ranges::none_of(facts.roles->facts.backends, &BackendView::is_writable)) return {};
    return fmt::format("pgpool has had no child for clients for {} s, although a server takes writes",
                       (facts.since_boot - *since).count());
}

// What clients meet, as far as it was asked.
Outcome judge_clients(const MonitorFacts& facts) {
    if (auto hangs = why_no_child_will_come(facts)) return {ExitCode::generic_error, std::move(*hangs)};
    if (facts.policy.level >= query_level && facts.query) return judge_query(*facts.query, facts.now.tree);
    if (!asks_for_clients(facts.policy)) return {};
    const auto step = next_client_step(facts.client_tries, facts.now.tree);
    if (const auto* wait = std::get_if<ClientsWait>(&step)) return {ExitCode::degraded, wait->because};
    const auto has_server = [](const BackendView& backend) {
        const auto* node = value_of(backend.node);
        return node != nullptr && node->attached() && value_of(backend.state) != nullptr;
    };
    const auto* not_taken = std::get_if<ClientsAreNotTaken>(&step);
    if (not_taken != nullptr && std::ranges::any_of(facts.roles->facts.backends, has_server))
        return {ExitCode::generic_error, not_taken->because};
    return {};
}

// Of a query only a failure ends the monitor: what is degraded must not keep the roles from being looked at.
Step step_for_query(const MonitorFacts& facts) {
    if (facts.policy.level < query_level) return {};
    if (!facts.query) return QueryThroughPgpool{};
    auto outcome = judge_query(*facts.query, facts.now.tree);
    if (outcome.code != ExitCode::generic_error) return {};
    return answer(facts, std::move(outcome));
}

// Nothing to ask about: no server takes writes, or one does, pgpool sends them there, and the cluster knows its
// history.
bool is_settled(const MonitorFacts& facts, const RoleFacts& roles) {
    const auto count = std::ranges::count_if(roles.backends, &BackendView::is_writable);
    const bool all_answer = std::ranges::all_of(roles.backends, [](const BackendView& backend) {
        return value_of(backend.state) != nullptr || backend.answers_without_state;
    });
    return count == 0 || (count == 1 && find_served(roles) != nullptr && all_answer && facts.memory.history_is_shared);
}

Step step_for_history(const MonitorFacts& facts, const RoleFacts& roles) {
    if (!facts.policy.shares_history) return {};
    const bool may_change = facts.policy.purpose == Purpose::promote || facts.policy.purpose == Purpose::start;
    if (!is_asked(facts.shared_history)) {
        if (may_change || !is_settled(facts, roles)) return AskForHistory{};
        return {};
    }
    const auto* shared = value_of(facts.shared_history);
    const auto& history = facts.memory.history;
    if (shared == nullptr || !history || !serves_by_the_clusters_word(facts)) return {};
    const bool has_changed =
        *shared && (*shared)->is_same_as(*history) && (*shared)->left_behind != history->left_behind;
    if (!has_changed && newer_of(*shared, history) == *shared) return {};
    return ShareHistory{*history};
}

// An instance that only waits may follow the one that serves, which has told the cluster so.
bool may_switch(const MonitorFacts& facts, const RoleFacts& roles) {
    const auto purpose = facts.policy.purpose;
    if (purpose == Purpose::promote || (purpose == Purpose::start && !facts.policy.is_promotable)) return true;
    if (serves_by_the_clusters_word(facts)) return false;
    const auto* newest = find_newest_primary(roles).newest;
    const auto* shared = value_of(facts.shared_history);
    return newest != nullptr && shared != nullptr && *shared &&
           (*shared)->timeline >= value_of(newest->state)->timeline;
}

Step step_for_yielding(const MonitorFacts& facts, const RoleFacts& roles) {
    const auto purpose = facts.policy.purpose;
    if (!facts.policy.yields || (purpose != Purpose::monitor && purpose != Purpose::watch)) return {};
    const auto known = yield_facts(roles, facts.memory, facts.policy.is_clone, facts.rivals);
    const auto step = next_yield_step(known);
    if (const auto* question = std::get_if<RivalQuestion>(&step)) return *question;
    if (const auto* yield = std::get_if<Yield>(&step)) return StepDown{yield->because, true};
    return {};
}

// An instance that only waits serves clients of its host. Stopped and started again it begins without the server that
// must not serve them (status_before_start()), and refuses them as long as there is no other one.
Step step_for_served(const MonitorFacts& facts, const RoleFacts& roles, WhyNot why_not) {
    if (facts.policy.purpose != Purpose::monitor || serves_by_the_clusters_word(facts)) return {};
    const auto* served = find_served(roles);
    if (served == nullptr) return {};
    auto why = why_not(*served, roles);
    if (!why) return {};
    return StepDown{std::move(*why), false};
}

Step step_for_score(const MonitorFacts& facts, const RoleFacts& roles) {
    if (facts.has_scored || facts.policy.purpose == Purpose::start) return {};
    const auto step = next_score_step(roles, facts.memory, facts.policy.is_clone, facts.since_boot);
    if (const auto* set = std::get_if<SetScore>(&step)) return *set;
    if (const auto* remove = std::get_if<RemoveScore>(&step)) return *remove;
    return {};
}

TakeoverFacts takeover_facts(const MonitorFacts& facts) {
    const bool is_monitor = facts.policy.purpose == Purpose::monitor;
    TakeoverFacts known;
    known.by = facts.policy.takeover;
    known.delay = facts.policy.takeover_delay;
    known.now = facts.now_is;
    known.lost_since = facts.began_at;
    // A monitor that waits would hold up what the cluster wants next.
    if (is_monitor) known.lost_since = facts.memory.primary_lost_since;
    known.may_wait = !is_monitor;
    known.ends_at = facts.ends_at;
    known.looked_at = facts.roles_asked_at;
    known.asked_at = facts.other_side_asked_at;
    known.other_side = facts.other_side;
    known.knows_history = !is_asked(facts.shared_history) || value_of(facts.shared_history) != nullptr;
    known.begun_from = facts.taken_over_from;
    const auto is_detach = [](const PcpRequest& request) { return request.verb == "detach"; };
    known.has_told_detach = std::ranges::any_of(facts.told.sent, is_detach);
    known.was_cut_short = std::ranges::any_of(facts.told.cut_short, is_detach);
    if (is_monitor) known.told = facts.memory.told;
    known.since_boot = facts.since_boot;
    return known;
}

// pgpool must be able to follow: it answers, or still looks for a primary, and runs no failover of its own. A start has
// taken over before pgpool ran, or something stood against it; then a monitor goes on.
TakeoverStep takeover_step(const MonitorFacts& facts, const RoleFacts& roles) {
    const auto& context = facts.roles->context;
    const auto purpose = facts.policy.purpose;
    const bool goes_on = purpose == Purpose::start && facts.taken_over_from;
    const bool may_act = (purpose == Purpose::monitor || purpose == Purpose::promote || goes_on) &&
                         serves_by_the_clusters_word(facts) && context.hindrance.empty() && !context.failover_runs &&
                         !context.main_waits && (pcp_problem(roles).empty() || !context.pcp_is_open);
    if (!may_act) return NoTakeover{};
    return next_takeover_step(roles, takeover_facts(facts));
}

Step step_for_takeover(const MonitorFacts& facts, const TakeoverStep& step) {
    if (std::holds_alternative<NoTakeover>(step)) return {};
    if (!is_asked(facts.shared_history)) return AskForHistory{};
    struct Translate {
        Step operator()(const NoTakeover&) const { return {}; }
        Step operator()(const LookBeforeTakeover&) const { return AskRoles{true}; }
        Step operator()(const TakeoverQuestion& question) const { return question; }
        Step operator()(const WaitBeforeTakeover& wait) const { return wait; }
        Step operator()(const DetachLost& detach) const { return detach; }
        Step operator()(const RunFailoverCommand& command) const { return command; }
        Step operator()(const PromoteServer& promote) const { return promote; }
    };
    return std::visit(Translate{}, step);
}

bool has_one_writable(const RoleFacts& roles) {
    return std::ranges::count_if(roles.backends, &BackendView::is_writable) == 1;
}

// After a failover pgpool opens PCP again later than its new children serve: a promotion does not wait for that.
Step step_for_first_write(const MonitorFacts& facts, const RoleFacts& roles) {
    if (facts.policy.purpose != Purpose::promote || !facts.taken_over_from || pcp_problem(roles).empty()) return {};
    if (!has_one_writable(roles)) return {};
    if (!facts.serves_primary) return AskForPrimary{};
    if (!*facts.serves_primary) return {};
    if (auto step = step_for_score(facts, roles)) return step;
    return answer(facts, {});
}

// A query alone shows it; at level 20 the query was made already.
Step step_for_main_node(const MonitorFacts& facts) {
    if (facts.policy.purpose != Purpose::monitor || !may_have_lost_main_node(facts.roles->facts)) return {};
    if (!facts.query) return QueryThroughPgpool{};
    if (!has_lost_main_node(*facts.query)) return {};
    return answer(facts, judge_query(*facts.query, facts.now.tree));
}

// pgpool 4.3 loses what its children ask for while it starts, and after ten such requests does nothing more that it is
// told, and never fails over. As long as its clients have a primary, they are not to lose it by a restart.
Step step_for_deaf_pgpool(const MonitorFacts& facts, const RoleFacts& roles, const Settled& settled) {
    if (!settled.in_vain || facts.policy.purpose != Purpose::monitor || find_served(roles) != nullptr) return {};
    const auto told = std::ranges::find(facts.memory.told, settled.in_vain->text(), &Told::request);
    if (told == facts.memory.told.end() || told->times < 2) return {};
    return answer(facts,
                  {ExitCode::generic_error, fmt::format("pgpool serves no primary, and was told {} times in vain to {}",
                                                        told->times, told->request)});
}

// The cluster's word is done at once, whatever was told before.
AlignmentProgress progress_of(const MonitorFacts& facts) {
    auto progress = facts.told;
    progress.since_boot = facts.since_boot;
    if (facts.policy.purpose == Purpose::monitor) progress.before = facts.memory.told;
    return progress;
}

Answer answer_about_roles(const MonitorFacts& facts, const RoleFacts& roles, const AlignmentStep& state) {
    const auto unresponsive_for = facts.policy.purpose == Purpose::monitor
                                      ? facts.since_boot - facts.memory.unresponsive_since.value_or(facts.since_boot)
                                      : 0s;
    auto outcome = judge_roles(roles, state, unresponsive_for);
    // What clients meet comes before what stands behind it.
    if (outcome.code != ExitCode::generic_error)
        if (auto met = judge_clients(facts); met.code != ExitCode::success) outcome = std::move(met);
    if (outcome.code == ExitCode::success && !facts.now.lost_socket.empty())
        outcome = {ExitCode::degraded, facts.now.lost_socket};
    auto result = answer(facts, std::move(outcome));
    result.is_about_roles = true;
    return result;
}

// Where the resource is blocked no monitor tells the rank, and the other side would never know that it is to yield.
MonitorStep finish_watch(const MonitorFacts& facts, const RoleFacts& roles) {
    if (auto step = step_for_score(facts, roles)) return *step;
    return answer(facts, {});
}

MonitorStep step_for_roles(const MonitorFacts& facts) {
    const auto& policy = facts.policy;
    const bool is_promote = policy.purpose == Purpose::promote;
    const auto& sight = *facts.roles;
    if (sight.check_in_the_way && sight.check_in_the_way != facts.ended_check)
        return EndStreamingCheck{*sight.check_in_the_way};
    if (pcp_is_silent(sight.facts) && !sight.interrupted) return InterruptStuckWorkers{};
    // It has been freed, where that is possible.
    if (is_promote && pcp_is_silent(sight.facts) && facts.interruptions == 1) return AskRoles{true};
    // Otherwise the roles would stay as they are until the next monitor. A promotion has more patience, and its own.
    if (!is_promote && pcp_was_closed(sight.facts.pcp_failure) && facts.has_time_to_settle)
        return AskRoles{sight.is_whole, between_looks_at_pcp, sight.facts.pcp_failure};
    const auto roles = known_roles(facts);
    if (auto step = step_for_history(facts, roles)) return *step;
    if (auto step = step_for_yielding(facts, roles)) return *step;
    if (policy.purpose == Purpose::watch) return finish_watch(facts, roles);
    const auto takeover = takeover_step(facts, roles);
    if (auto step = step_for_takeover(facts, takeover)) return *step;
    if (auto step = step_for_first_write(facts, roles)) return *step;

    // Told to turn to the server that serves, pgpool would go on to send reads to the other one.
    if (auto step = step_for_served(facts, roles, why_beside_served)) return *step;
    auto context = sight.context;
    context.may_switch = may_switch(facts, roles);
    auto state = next_alignment_step(roles, context);
    if (policy.aligns) {
        auto move = next_alignment_move(roles, state, progress_of(facts));
        if (auto* request = std::get_if<PcpRequest>(&move)) {
            if (!sight.is_whole) return AskRoles{true};
            return std::move(*request);
        }
        if (std::holds_alternative<WaitForEffect>(move)) return AskRoles{true, before_next_look};
        auto& settled = std::get<Settled>(move);
        if (auto step = step_for_deaf_pgpool(facts, roles, settled)) return *step;
        state = std::move(settled.state);
    }
    if (const auto* none = std::get_if<NoTakeover>(&takeover);
        none != nullptr && !none->because.empty() && std::holds_alternative<NotNow>(state))
        state = NotNow{none->because};
    if (is_promote && std::holds_alternative<NotNow>(state) && facts.has_patience)
        return AskRoles{true, between_looks_of_a_promote, because_of(state)};
    if (auto step = step_for_served(facts, roles, why_behind_served)) return *step;
    if (auto step = step_for_score(facts, roles)) return *step;
    if (auto step = step_for_main_node(facts)) return *step;
    return answer_about_roles(facts, roles, state);
}

MonitorStep next_wanted_step(const MonitorFacts& facts) {
    if (may_pass(facts.now) && facts.has_time_to_settle) return LookAgain{};
    if (auto step = step_for_block(facts)) return *step;
    if (facts.now.condition != Condition::running) return answer(facts, judge_tree(facts.now));
    // First, because on an isolated node everything else would wait for answers that do not come.
    if (auto step = step_for_isolation(facts)) return *step;
    if (auto step = step_for_clients(facts)) return *step;
    if (auto step = step_for_query(facts)) return *step;
    const bool is_after_takeover =
        facts.policy.purpose == Purpose::monitor && !facts.roles && has_just_taken_over(facts.memory, facts.since_boot);
    if (facts.policy.level < role_level || is_after_takeover) return answer(facts, {});
    if (!facts.roles)
        return AskRoles{facts.policy.purpose == Purpose::promote || facts.policy.purpose == Purpose::start};
    if (facts.policy.purpose != Purpose::probe) return step_for_roles(facts);
    const auto roles = known_roles(facts);
    return answer_about_roles(facts, roles, next_alignment_step(roles, facts.roles->context));
}

// Why a step changes something in pgpool or stops it; nothing for a question, or for what the cluster is told.
std::optional<std::string> change_in(const MonitorStep& step) {
    if (const auto* request = std::get_if<PcpRequest>(&step)) return request->because;
    if (const auto* stop = std::get_if<StepDown>(&step)) return stop->because;
    if (const auto* unblock = std::get_if<Unblock>(&step)) return unblock->because;
    if (const auto* detach = std::get_if<DetachLost>(&step)) return detach->because;
    if (const auto* command = std::get_if<RunFailoverCommand>(&step)) return command->because;
    if (const auto* promote = std::get_if<PromoteServer>(&step)) return promote->because;
    if (std::holds_alternative<InterruptStuckWorkers>(step)) return "PCP gave no answer in time";
    if (std::holds_alternative<EndStreamingCheck>(step))
        return "a failover may wait for the streaming replication check";
    return {};
}

}  // namespace

MonitorPolicy monitor_policy(const Parameters& parameters, Purpose purpose, int level, const Asker& asker) {
    MonitorPolicy policy;
    policy.purpose = purpose;
    policy.level = level;
    policy.aligns = parameters.align || purpose == Purpose::promote;
    policy.may_run_follow_primary = parameters.run_follow_primary;
    if (asker.is_cluster) policy.takeover = parameters.takeover;
    policy.takeover_delay = parameters.takeover_delay;
    policy.yields = asker.is_cluster && parameters.on_split_brain == OnSplitBrain::yield;
    policy.unblocks = policy.yields && parameters.unblock && purpose == Purpose::monitor && !asker.is_clone;
    policy.looks_for_isolation = asker.is_cluster && !parameters.isolation_attribute.empty();
    policy.isolation_grace = parameters.isolation_grace;
    policy.is_clone = asker.is_clone;
    policy.is_promotable = asker.is_promotable;
    policy.shares_history = asker.is_cluster && purpose != Purpose::probe;
    policy.may_be_unmanaged = asker.is_cluster && (purpose == Purpose::monitor || purpose == Purpose::watch);
    return policy;
}

bool serves_by_the_clusters_word(const MonitorFacts& facts) {
    return !facts.policy.is_promotable || facts.policy.purpose == Purpose::promote || facts.memory.promoted;
}

RoleFacts known_roles(const MonitorFacts& facts) {
    auto roles = facts.roles->facts;
    roles.only_waits = !serves_by_the_clusters_word(facts);
    roles.known_history = facts.memory.history;
    if (const auto* shared = value_of(facts.shared_history)) {
        roles.shared_history = *shared;
        roles.known_history = newer_of(*shared, facts.memory.history);
        const auto purpose = facts.policy.purpose;
        roles.begins_to_serve = !roles.only_waits && roles.known_history == *shared &&
                                (purpose == Purpose::promote || purpose == Purpose::start);
        // What an instance that waits has sent writes to counts for nothing beside the one that serves.
        if (find_serving(roles) != nullptr) roles.known_history = *shared;
    }
    const auto has = [](const std::vector<int>& nodes, int id) { return std::ranges::find(nodes, id) != nodes.end(); };
    for (auto& backend : roles.backends)
        backend.is_kept_out = has(facts.memory.kept_out, backend.id) || has(facts.memory.promoted_beside, backend.id);
    if (facts.serves_primary.value_or(false) && !pcp_problem(roles).empty() && has_one_writable(roles)) {
        auto& served = *std::ranges::find_if(roles.backends, &BackendView::is_writable);
        served.node = NodeInfo{served.id, served.host, served.port, NodeStatus::up, NodeRole::primary, false};
    }
    return roles;
}

MonitorStep next_monitor_step(const MonitorFacts& facts) {
    auto step = next_wanted_step(facts);
    const auto change = change_in(step);
    if (!change || !facts.policy.may_be_unmanaged) return step;
    if (!is_asked(facts.is_managed)) return AskIfManaged{};
    const auto* is_managed = value_of(facts.is_managed);
    if (is_managed == nullptr || *is_managed) return step;
    return answer(facts, {ExitCode::degraded, fmt::format("the resource is unmanaged, and left alone: {}", *change)});
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
            if (auto lost = why_clients_are_lost(tree)) return {ExitCode::generic_error, std::move(*lost)};
            if (waiting_children(tree).empty()) return {ExitCode::degraded, why_clients_wait(tree)};
            return {ExitCode::generic_error, "pgpool has idle children, but accepts no client"};
        case unreachable: return {ExitCode::generic_error, fmt::format("pgpool accepts no client: {}", found.detail)};
    }
    return {ExitCode::generic_error, found.detail};
}

}  // namespace ra
