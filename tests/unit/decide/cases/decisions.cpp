#include "tests/unit/decide/cases/decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/memory.h"
#include "tests/unit/decide/cases/words.h"

namespace ra::cases {

namespace {

// More than any case needs that comes to an end.
constexpr std::size_t most_lines = 40;

bool goes_on(Lines& lines) {
    if (lines.size() == most_lines) lines.emplace_back("does not come to an end");
    return lines.size() < most_lines;
}

Lines follow_alignment(const World& begin) {
    auto world = begin;
    Lines lines;
    AlignmentProgress told;
    while (goes_on(lines)) {
        const auto sight = world.look_at_roles(true);
        told.has_time_left = world.has_time_for_effect();
        const auto step = next_alignment_step(sight.facts, sight.context);
        const auto move = next_alignment_move(sight.facts, step, told);
        lines.push_back(words(move));
        if (std::holds_alternative<Settled>(move)) break;
        if (const auto* request = std::get_if<PcpRequest>(&move))
            told = after(std::move(told), *request, world.tell(*request));
        else
            world.wait();
    }
    return lines;
}

// Copies an answer of the state into what was asked.
void answer(IsolationQuestion question, const State& state, IsolationFacts& facts) {
    switch (question) {
        case IsolationQuestion::reachability:
            facts.needed = state.parameters.isolation_below;
            facts.reachable = state.isolation.reachable;
            break;
        case IsolationQuestion::members: facts.members = state.isolation.members; break;
        case IsolationQuestion::remote_backends:
            facts.remote_backends_that_answer = state.isolation.remote_backends_that_answer;
            break;
    }
}

void answer(RivalQuestion question, const State& state, RivalFacts& facts) {
    facts.node = state.rivals.node;
    switch (question) {
        case RivalQuestion::ranks: facts.published_ranks = state.rivals.published_ranks; break;
        case RivalQuestion::active_nodes: facts.active_nodes = state.rivals.active_nodes; break;
    }
}

// What is remembered of the roles alone.
Memory remember_roles(const State& state, const RoleSight& roles) {
    MonitorFacts facts;
    facts.policy.purpose = Purpose::watch;
    facts.since_boot = State::since_boot;
    facts.roles = roles;
    return remember(state.remembered, facts);
}

// Answers all questions.
YieldStep ask_rivals(const State& state, const RoleFacts& roles, const Memory& memory, Lines& lines) {
    RivalFacts rivals;
    for (;;) {
        auto step = next_yield_step(yield_facts(roles, memory, state.is_clone, rivals));
        const auto* question = std::get_if<RivalQuestion>(&step);
        if (question == nullptr || !goes_on(lines)) return step;
        lines.push_back(words(*question));
        answer(*question, state, rivals);
    }
}

Lines follow_yield(const World& world) {
    const auto& state = world.state();
    const auto sight = world.look_at_roles(true);
    const auto memory = remember_roles(state, sight);
    auto lines = changes(state.remembered, memory);
    const auto rank = yield_facts(sight.facts, memory, state.is_clone, {}).rank;
    lines.push_back(rank ? fmt::format("ranks {}", *rank) : "ranks nowhere");
    const auto step = ask_rivals(state, sight.facts, memory, lines);
    if (const auto* yield = std::get_if<Yield>(&step)) lines.push_back(yield->because);
    if (const auto* stay = std::get_if<Stay>(&step)) lines.push_back("stays: " + stay->because);
    return lines;
}

Memory remember_isolation(const State& state, const IsolationFacts& isolation) {
    MonitorFacts facts;
    facts.since_boot = State::since_boot;
    facts.isolation = isolation;
    return remember(state.remembered, facts);
}

// Answers all questions.
IsolationStep ask_network(const State& state, IsolationFacts& known, Lines& lines) {
    for (;;) {
        auto step = next_isolation_step(known);
        const auto* question = std::get_if<IsolationQuestion>(&step);
        if (question == nullptr || !goes_on(lines)) return step;
        lines.push_back(words(*question));
        answer(*question, state, known);
    }
}

Lines follow_isolation(const World& world) {
    const auto& state = world.state();
    Lines lines;
    IsolationFacts known;
    const auto step = ask_network(state, known, lines);
    if (const auto* connected = std::get_if<Connected>(&step)) lines.push_back("connected: " + connected->because);
    if (const auto* isolated = std::get_if<Isolated>(&step)) lines.push_back(isolated->because);
    const auto memory = remember_isolation(state, known);
    std::ranges::move(changes(state.remembered, memory), std::back_inserter(lines));
    return lines;
}

// Does to the world what an action does to a host, step by step.
class Action {
 public:
    explicit Action(World world) : world_(std::move(world)) {
        const auto& state = this->state();
        facts_.policy = monitor_policy(state.parameters, *state.purpose, state.level,
                                       {state.cluster_asks, state.is_clone, state.is_promotable});
        facts_.since_boot = State::since_boot;
        facts_.began_at = now_;
        facts_.ends_at = now_ + state.timeout;
        look();
    }

    Lines follow() {
        while (!ended_ && goes_on(lines_)) {
            facts_.has_time_to_settle = world_.waits() < state().time_to_settle;
            facts_.has_patience = world_.waits() < state().patience;
            facts_.told.has_time_left = !facts_.told.sent.empty() && world_.has_time_for_effect();
            facts_.now_is = now_;
            facts_.memory = remember(facts_.memory, facts_);
            const auto step = next_monitor_step(facts_);
            std::visit([this](const auto& s) { perform(s); }, step);
        }
        return lines_;
    }

 private:
    [[nodiscard]] const State& state() const { return world_.state(); }

    void look() {
        facts_.now = world_.glance_at_processes();
        auto seen = state().seen;
        seen.record = scene::record();
        seen.record->memory = state().remembered;
        known_ = facts_.memory = memory_of(seen, facts_.now);
    }

    void perform(const LookAgain&) {
        lines_.push_back("looks again: " + facts_.now.because);
        world_.wait();
        look();
    }

    void perform(IsolationQuestion question) {
        lines_.push_back(words(question));
        answer(question, state(), facts_.isolation);
    }

    void perform(RivalQuestion question) {
        lines_.push_back(words(question));
        answer(question, state(), facts_.rivals);
    }

    void perform(const AskIfManaged&) {
        lines_.emplace_back("asks whether the resource is managed");
        facts_.is_managed = state().is_managed;
    }

    void perform(const AskForHistory&) {
        lines_.emplace_back("asks which history was served last");
        facts_.shared_history = state().shared_history;
    }

    void perform(const ShareHistory& step) {
        lines_.push_back(fmt::format("tells the cluster that {} is served", words(step.history)));
        facts_.shared_history = std::optional(step.history);
    }

    void perform(const AskRoles& step) {
        lines_.push_back(words(step));
        if (step.after.count() > 0) world_.wait();
        facts_.roles_asked_at = now_;
        see_roles(step.is_whole);
    }

    void perform(const TakeoverQuestion&) {
        lines_.emplace_back("asks what is known of the other side");
        facts_.other_side_asked_at = now_;
        facts_.other_side = state().other_side;
    }

    void perform(const WaitBeforeTakeover& step) {
        lines_.push_back(fmt::format("waits {} ms: {}", step.span.count(), step.because));
        now_ += step.span;
        world_.wait();
    }

    void perform(const DetachLost& step) {
        begin_takeover(step.node);
        perform(PcpRequest{"detach", step.node, step.because});
    }

    void perform(const RunFailoverCommand& step) {
        lines_.push_back(
            fmt::format("runs failover_command for node {} and node {}: {}", step.lost, step.successor, step.because));
        take_over(step.lost, step.successor);
    }

    void perform(const PromoteServer& step) {
        lines_.push_back(fmt::format("promotes the server of node {}: {}", step.successor, step.because));
        take_over(step.lost, step.successor);
    }

    void begin_takeover(int lost) {
        if (facts_.taken_over_from) return;
        facts_.taken_over_from = lost;
        facts_.memory = remember(facts_.memory, takeover_request(lost), facts_.since_boot);
    }

    void take_over(int lost, int successor) {
        begin_takeover(lost);
        world_.promote_server(successor);
        see_roles(true);
    }

    void see_roles(bool is_whole) {
        facts_.roles = world_.look_at_roles(is_whole);
        facts_.serves_primary.reset();
    }

    void perform(const InterruptStuckWorkers&) {
        lines_.emplace_back("interrupts PCP workers that block pgpool");
        world_.interrupt_stuck_workers();
        facts_.roles->interrupted = true;
        ++facts_.interruptions;
    }

    void perform(const EndStreamingCheck& step) {
        lines_.emplace_back("ends the streaming replication check, for which a failover may wait");
        world_.end_streaming_check();
        facts_.ended_check = step.check;
    }

    void perform(const ConnectAsClient& step) {
        if (state().accepts_clients) {
            facts_.client_tries.push_back({.accepted = true});
            return;
        }
        lines_.push_back(fmt::format("connects as a client, in vain for {} s", step.at_most.count() / 1000));
        world_.wait();
        facts_.now.tree = world_.look_at_processes().tree;
        facts_.client_tries.push_back({.idle = waiting_children(facts_.now.tree)});
    }

    void perform(const QueryThroughPgpool&) {
        lines_.emplace_back("queries through pgpool");
        facts_.query = state().query;
        facts_.now.tree = world_.look_at_processes().tree;
    }

    void perform(const AskForPrimary&) {
        lines_.emplace_back("asks through pgpool whether a primary is served");
        facts_.serves_primary = state().serves_primary;
    }

    void perform(const PcpRequest& request) {
        if (state().has_another_aligner) {
            lines_.push_back("cannot get the lock to " + request.text());
            facts_.roles->context.hindrance = "another action of this resource is aligning the roles";
            return;
        }
        lines_.push_back(words(request));
        if (!was_cut_short(facts_.told, request))
            facts_.memory = remember(facts_.memory, request.text(), facts_.since_boot);
        facts_.told = after(std::move(facts_.told), request, world_.tell(request));
        if (facts_.told.refused.empty()) see_roles(true);
    }

    void perform(const SetScore& step) {
        lines_.push_back(fmt::format("sets the score {}", step.score));
        facts_.has_scored = true;
    }

    void perform(const RemoveScore& step) {
        lines_.push_back("removes the score: " + step.because);
        facts_.has_scored = true;
    }

    void perform(const StepDown& step) {
        lines_.push_back(words(step));
        ended_ = true;
    }

    void perform(const Unblock& step) {
        lines_.push_back(words(step));
        ended_ = true;
    }

    void perform(const Answer& step) {
        lines_.push_back(words(step, state().cluster_asks));
        const auto memory = remember(facts_.memory, step, facts_.policy.purpose);
        std::ranges::move(changes(known_, memory), std::back_inserter(lines_));
        ended_ = true;
    }

    World world_;
    Milliseconds now_ = State::since_boot;
    MonitorFacts facts_;
    Memory known_;  // as it was on record
    Lines lines_;
    bool ended_ = false;
};

Lines follow_monitor(const World& world) {
    if (!world.state().purpose) return {"the state does not say which action it is"};
    return Action(world).follow();
}

}  // namespace

const Decision* find_decision(std::string_view name) {
    static const std::vector<Decision> decisions{
        {"alignment", {role_phrases(), effect_phrases()}, follow_alignment},
        {"yield", {role_phrases(), rival_phrases(), memory_phrases(), clone_phrases()}, follow_yield},
        {"isolation", {isolation_phrases(), memory_phrases(), clone_phrases()}, follow_isolation},
        {"monitor",
         {role_phrases(), effect_phrases(), rival_phrases(), isolation_phrases(), memory_phrases(), clone_phrases(),
          takeover_phrases(), action_phrases()},
         follow_monitor},
    };
    const auto found = std::ranges::find(decisions, name, &Decision::name);
    return found == decisions.end() ? nullptr : &*found;
}

}  // namespace ra::cases
