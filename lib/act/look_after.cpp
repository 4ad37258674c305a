#include "act/look_after.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "act/adoption.h"
#include "act/cluster_questions.h"
#include "act/roles.h"
#include "act/step_down.h"
#include "act/takeover.h"
#include "decide/hint.h"
#include "decide/memory.h"
#include "ocf/log.h"
#include "os/boot_clock.h"
#include "pgpool/client_handshake.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// A failover re-forks the children, and a start opens its sockets, well within this time.
constexpr Milliseconds settling_time = 5s;
constexpr Milliseconds between_looks = 200ms;
// A server that answers at all does so within this time; one that gave no answer before is not waited for longer.
constexpr Milliseconds patience_with_silent = 1s;
// What a promotion takes in pgpool: it ends all children, and tries each dead backend once.
constexpr Milliseconds effect_time = 15s;

struct Sight {
    Snapshot seen;
    Classification now;
};

Sight observe(const Observer& observer) {
    Sight sight{observer.look(Scope::main), {}};
    sight.now = classify(sight.seen, observer.instance());
    // Only health can be seen at a glance; everything else needs the whole picture.
    if (sight.now.condition == Condition::running) return sight;
    sight.seen = observer.look();
    sight.now = classify(sight.seen, observer.instance());
    return sight;
}

// Without a record nothing that lasts longer than one action could be remembered; that of another main, which was here
// before, is as good as none.
void adopt_unknown(const Operation& operation, const Sight& sight) {
    if (sight.now.condition == Condition::running) warn_if_failed(adopt(operation, sight.now.tree.main->stat.id));
}

// What has changed is logged once.
void log_change(const Memory& before, const Memory& after, const MonitorFacts& facts) {
    if (after.isolated_since && !before.isolated_since)
        if (const auto step = next_isolation_step(facts.isolation); const auto* isolated = std::get_if<Isolated>(&step))
            log_warning("{}", isolated->because);
    if (!after.isolated_since && before.isolated_since) log_info("this node is no longer isolated");
    if (after.trouble == before.trouble) return;
    if (after.trouble) {
        log_warning("{}", *after.trouble);
        if (const auto hint = facts.roles ? hint_for(known_roles(facts)) : std::nullopt) log_info("HINT: {}", *hint);
    } else {
        log_info("resolved: {}", *before.trouble);
    }
}

class Walk {
 public:
    Walk(const Operation& operation, const MonitorPolicy& policy, const LookTimes& times, const BeforeStart& before)
        : operation_(operation), times_(times), settled_(operation.deadline.but_within(settling_time)) {
        facts_.policy = policy;
        facts_.began_at = time_since_boot();
        facts_.ends_at = facts_.began_at + operation.deadline.remaining();
        look();
        silent_.patience = patience_with_silent;
        silent_.ids = silent_servers(before.roles);
        if (silent_.ids.empty()) silent_.ids = known_.silent;
        if (before.taken_over_from) begin_takeover(*before.taken_over_from);
    }

    Outcome run() {
        for (;;) {
            facts_.now_is = time_since_boot();
            facts_.since_boot = std::chrono::floor<std::chrono::seconds>(facts_.now_is);
            facts_.has_time_to_settle = !settled_.passed();
            facts_.has_patience = !times_.patience.passed();
            facts_.told.has_time_left = !effect_.passed();
            facts_.memory = remember(facts_.memory, facts_);
            auto step = next_monitor_step(facts_);
            if (auto outcome = std::visit([&](const auto& s) { return perform(s); }, step)) return *outcome;
        }
    }

 private:
    using Finished = std::optional<Outcome>;

    void look() {
        auto sight = observe(operation_.observer);
        if (facts_.policy.purpose != Purpose::probe) adopt_unknown(operation_, sight);
        client_address_ = client_address(sight.seen, sight.now.tree);
        facts_.now = std::move(sight.now);
        facts_.memory = memory_of(sight.seen, facts_.now);
        const auto& record = operation_.observer.record().read();
        if (record && *record) main_ = (*record)->started.main;
        known_ = facts_.memory;
        log_debug("{}", facts_.now.because);
    }

    Finished perform(const LookAgain&) {
        settled_.sleep(between_looks);
        look();
        return {};
    }

    Finished perform(IsolationQuestion question) {
        answer(question, operation_, facts_.isolation);
        return {};
    }

    Finished perform(RivalQuestion question) {
        answer(question, operation_, facts_.rivals);
        return {};
    }

    Finished perform(const AskRoles& step) {
        operation_.deadline.sleep(step.after);
        ask_roles(step.is_whole ? Scope::machine : Scope::tree);
        return {};
    }

    void ask_roles(Scope scope) {
        facts_.roles_asked_at = time_since_boot();
        facts_.roles = look_at_roles(operation_, scope, silent_, times_.roles);
        facts_.serves_primary.reset();
        silent_.ids = silent_servers(facts_.roles->facts);
    }

    Finished perform(const TakeoverQuestion&) {
        facts_.other_side_asked_at = time_since_boot();
        facts_.other_side = look_at_other_side(operation_);
        return {};
    }

    Finished perform(const WaitBeforeTakeover& step) {
        log_info("{}", step.because);
        operation_.deadline.sleep(step.span);
        return {};
    }

    // pgpool runs its failover_command for a node that is detached, and goes on with the next.
    Finished perform(const DetachLost& step) {
        if (!acts_alone()) return {};
        begin_takeover(step.node);
        return perform(PcpRequest{"detach", step.node, step.because});
    }

    Finished perform(const RunFailoverCommand& step) {
        if (!acts_alone()) return {};
        begin_takeover(step.lost);
        note(run_failover_command(operation_, step, times_.roles));
        return {};
    }

    Finished perform(const PromoteServer& step) {
        if (!acts_alone()) return {};
        begin_takeover(step.lost);
        note(promote_server(operation_, step, times_.roles));
        return {};
    }

    // What is lost stays lost for the rest of this action.
    void begin_takeover(int lost) {
        if (facts_.taken_over_from) return;
        facts_.taken_over_from = lost;
        facts_.memory = remember(facts_.memory, takeover_request(lost), facts_.since_boot);
        silent_.patience = 0ms;
    }

    void note(const std::string& failure) {
        if (!failure.empty()) log_error("{}", failure);
        ask_roles(Scope::machine);
    }

    Finished perform(const InterruptStuckWorkers&) {
        interrupt_stuck_workers(operation_);
        facts_.roles->interrupted = true;
        ++facts_.interruptions;
        return {};
    }

    Finished perform(const EndStreamingCheck& step) {
        end_streaming_check(operation_, step.check);
        facts_.ended_check = step.check;
        return {};
    }

    Finished perform(const AskIfManaged&) {
        const auto status = operation_.cluster.status(operation_.cluster.resource(), soon());
        if (status) facts_.is_managed = status->is_managed || status->is_blocked;
        if (!status) facts_.is_managed = status.error();
        return {};
    }

    Finished perform(const AskForHistory&) {
        facts_.shared_history = observed(operation_.cluster.history(soon()));
        if (const auto* error = std::get_if<Error>(&facts_.shared_history)) log_debug("{}", error->message);
        return {};
    }

    Finished perform(const ShareHistory& step) {
        log_info("telling the cluster that timeline {} is served{}", step.history.timeline,
                 step.history.left_behind.empty()
                     ? ""
                     : fmt::format(", and not followed by node {}", fmt::join(step.history.left_behind, ", ")));
        const auto kept = operation_.cluster.keep_history(step.history, soon());
        warn_if_failed(kept);
        facts_.shared_history = std::optional(step.history);
        if (!kept) facts_.shared_history = kept.error();
        return {};
    }

    // The children are looked at only when nobody answers. An address that nobody knows cannot be tried.
    Finished perform(const ConnectAsClient& step) {
        if (!client_address_ || accepts_client(*client_address_, operation_.deadline.but_within(step.at_most))) {
            facts_.client_tries.push_back({.accepted = true});
            return {};
        }
        facts_.now.tree = classify(operation_.observer.look(Scope::tree), operation_.observer.instance()).tree;
        facts_.client_tries.push_back({.idle = waiting_children(facts_.now.tree)});
        return {};
    }

    Finished perform(const QueryThroughPgpool&) {
        const auto seen = operation_.observer.look(Scope::tree);
        auto now = classify(seen, operation_.observer.instance());
        facts_.query = query(operation_, seen, now);
        facts_.now.tree = std::move(now.tree);
        return {};
    }

    Finished perform(const AskForPrimary&) {
        const auto seen = operation_.observer.look(Scope::tree);
        facts_.serves_primary = reaches_primary(operation_, seen, classify(seen, operation_.observer.instance()));
        return {};
    }

    // Only one action of an instance takes over, or tells pgpool something, at a time.
    bool acts_alone() {
        if (alone_) return true;
        auto lock = operation_.observer.record().lock();
        if (lock) alone_ = std::move(*lock);
        if (!lock) facts_.roles->context.hindrance = lock.error().message;
        return alone_.has_value();
    }

    Finished perform(const PcpRequest& request) {
        if (!acts_alone()) return {};
        if (!was_cut_short(facts_.told, request))
            facts_.memory = remember(facts_.memory, request.text(), facts_.since_boot);
        facts_.told = after(std::move(facts_.told), request, send(operation_, request, times_.roles));
        effect_ = times_.roles.but_within(effect_time);
        if (facts_.told.refused.empty()) ask_roles(Scope::machine);
        return {};
    }

    Finished perform(const SetScore& step) {
        warn_if_failed(operation_.cluster.publish_score(step.score, soon()));
        facts_.has_scored = true;
        return {};
    }

    Finished perform(const RemoveScore&) {
        warn_if_failed(operation_.cluster.remove_score(soon()));
        facts_.has_scored = true;
        return {};
    }

    Finished perform(const StepDown& step) {
        log_change(known_, facts_.memory, facts_);
        return step_down(operation_, step);
    }

    Finished perform(const Unblock& step) { return unblock_stopped(operation_, step); }

    Finished perform(const Answer& step) {
        const auto memory = remember(facts_.memory, step, facts_.policy.purpose);
        log_change(known_, memory, facts_);
        publish_state(memory);
        if (main_) warn_if_failed(operation_.observer.record().remember(*main_, known_, memory));
        return step.outcome;
    }

    // A trouble is told again each time: the attributes of a node are lost for a moment when two halves meet.
    void publish_state(const Memory& memory) const {
        if (memory.trouble && facts_.policy.purpose == Purpose::monitor)
            warn_if_failed(operation_.cluster.publish_state(*memory.trouble, soon()));
        if (!memory.trouble && known_.trouble) warn_if_failed(operation_.cluster.remove_state(soon()));
    }

    [[nodiscard]] Deadline soon() const { return operation_.deadline.but_within(patience_with_cluster); }

    const Operation& operation_;
    LookTimes times_;
    SilentServers silent_;
    Deadline settled_;
    Deadline effect_ = Deadline::in(0ms);
    MonitorFacts facts_;
    std::optional<ClientAddress> client_address_;
    Memory known_;                   // as it was on record
    std::optional<ProcessId> main_;  // that the record is about
    std::optional<UniqueFd> alone_;
};

}  // namespace

Outcome look_after(const Operation& operation, const MonitorPolicy& policy, const LookTimes& times,
                   const BeforeStart& before) {
    return Walk(operation, policy, times, before).run();
}

MonitorPolicy policy_of(const Operation& operation, Purpose purpose, int level) {
    const auto& cluster = operation.cluster;
    return monitor_policy(operation.parameters, purpose, level,
                          {cluster.is_present(), cluster.is_clone(), cluster.is_promotable()});
}

Classification observe_condition(const Observer& observer) { return observe(observer).now; }

}  // namespace ra
