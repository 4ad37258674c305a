#include "explain/forecast.h"

#include <fmt/format.h>

#include <csignal>

#include "decide/start.h"
#include "decide/stop.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds usual_time = 50s;  // of a stop

const char* name_of(int signal) {
    switch (signal) {
        case SIGINT: return "SIGINT";
        case SIGTERM: return "SIGTERM";
        case SIGQUIT: return "SIGQUIT";
        default: return "SIGKILL";
    }
}

// What an action answers, or else does first.
struct Verdict {
    std::optional<ExitCode> code;
    std::string because;
};

Verdict deed(std::string what) { return {std::nullopt, std::move(what)}; }

// One walk through next_monitor_step(), with the facts of a diagnosis and without any effect.
class DryRun {
 public:
    DryRun(const Diagnosis& diagnosis, Purpose purpose, int level)
        : facts_(diagnosis.facts), promote_wait_(diagnosis.parameters.promote_wait) {
        facts_.policy = monitor_policy(diagnosis.parameters, purpose, level,
                                       {true, facts_.policy.is_clone, facts_.policy.is_promotable});
        facts_.policy.yields = diagnosis.facts.policy.yields && value_of(diagnosis.status) != nullptr;
        facts_.policy.looks_for_isolation = diagnosis.facts.policy.looks_for_isolation;
        facts_.policy.shares_history = diagnosis.facts.policy.shares_history;
        facts_.policy.may_be_unmanaged = facts_.policy.may_be_unmanaged && is_asked(facts_.is_managed);
        facts_.has_patience = diagnosis.parameters.promote_wait > 0s;
    }

    Verdict run() && {
        for (;;) {
            auto verdict = std::visit([&](const auto& step) { return pass(step); }, next_monitor_step(facts_));
            if (verdict) return *verdict;
        }
    }

 private:
    using Passed = std::optional<Verdict>;

    Passed pass(const Answer& step) const {
        const auto& [code, reason, promoted] = step.outcome;
        const bool is_well = code == ExitCode::success || code == ExitCode::degraded;
        if (facts_.policy.purpose == Purpose::promote && is_well)
            return Verdict{ExitCode::success,
                           reason.empty() ? "the roles agree" : "leaves the roles as they are: " + reason};
        return Verdict{told_by_hand(step.outcome), reason};
    }
    Passed pass(const PcpRequest& step) const {
        return deed(fmt::format("tells pgpool to {}: {}", step.text(), step.because));
    }
    Passed pass(const DetachLost& step) const {
        return deed(fmt::format("tells pgpool to detach node {}: {}", step.node, step.because));
    }
    Passed pass(const RunFailoverCommand& step) const {
        return deed(fmt::format("runs failover_command: {}", step.because));
    }
    Passed pass(const PromoteServer& step) const {
        return deed(fmt::format("calls pg_promote() on node {}: {}", step.successor, step.because));
    }
    Passed pass(const WaitBeforeTakeover& step) const {
        return deed(fmt::format("waits, and looks again: {}", step.because));
    }
    Passed pass(const TakeoverQuestion&) {
        facts_.other_side = Error{"it was not asked"};
        return {};
    }
    Passed pass(const StepDown& step) const { return deed(fmt::format("stops this pgpool: {}", step.because)); }
    Passed pass(const Unblock& step) const {
        return deed(fmt::format("makes Pacemaker forget its history here: {}", step.because));
    }
    Passed pass(const AskRoles& step) {
        if (!step.because.empty())
            return Verdict{ExitCode::success, fmt::format("waits up to {} s: {}", promote_wait_.count(), step.because)};
        if (facts_.roles->is_whole) return deed("asks pgpool again, and its backends");
        facts_.roles->is_whole = true;
        return {};
    }
    // Its result is shown apart from the actions.
    Passed pass(const SetScore&) { return scored(); }
    Passed pass(const RemoveScore&) { return scored(); }
    Passed pass(const InterruptStuckWorkers&) {
        facts_.roles->interrupted = true;
        return {};
    }
    Passed pass(const EndStreamingCheck& step) {
        facts_.ended_check = step.check;
        return {};
    }
    Passed pass(const LookAgain&) {
        facts_.has_time_to_settle = false;
        return {};
    }
    // What could not be asked is not known here either.
    Passed pass(const AskIfManaged&) {
        facts_.is_managed = Error{"it was not asked"};
        return {};
    }
    Passed pass(const AskForHistory&) {
        facts_.shared_history = Error{"it was not asked"};
        return {};
    }
    Passed pass(const ShareHistory& step) {
        facts_.shared_history = std::optional(step.history);
        return {};
    }
    Passed pass(const ConnectAsClient&) {
        facts_.client_tries.push_back({.accepted = true});
        return {};
    }
    Passed pass(const QueryThroughPgpool&) {
        facts_.query.emplace().detail = "it was not asked";
        return {};
    }
    Passed pass(const AskForPrimary&) {
        facts_.serves_primary = false;
        return {};
    }
    Passed pass(IsolationQuestion question) {
        const Error unknown{"it was not asked"};
        if (question == IsolationQuestion::reachability) facts_.isolation.reachable = unknown;
        if (question == IsolationQuestion::members) facts_.isolation.members = unknown;
        if (question == IsolationQuestion::remote_backends) facts_.isolation.remote_backends_that_answer = unknown;
        return {};
    }
    Passed pass(RivalQuestion question) {
        const Error unknown{"it was not asked"};
        if (question == RivalQuestion::ranks) facts_.rivals.published_ranks = unknown;
        if (question == RivalQuestion::active_nodes) facts_.rivals.active_nodes = unknown;
        return {};
    }

    Passed scored() {
        facts_.has_scored = true;
        return {};
    }
    MonitorFacts facts_;
    std::chrono::seconds promote_wait_{0};
};

Verdict start_of(const Diagnosis& diagnosis) {
    const auto& facts = diagnosis.facts;
    StartProgress progress;
    progress.problems = diagnosis.problems;
    progress.looks_for_isolation = facts.policy.looks_for_isolation;
    progress.isolation = facts.isolation;
    const auto step = next_start_step(facts.now, progress);
    if (const auto* refused = std::get_if<Refuse>(&step)) return {refused->outcome.code, refused->outcome.reason};
    if (std::holds_alternative<Started>(step)) return {ExitCode::success, "it runs already"};
    if (const auto* failed = std::get_if<FailStart>(&step)) return {ExitCode::generic_error, failed->because};
    if (const auto* clean = std::get_if<CleanUp>(&step))
        return deed(fmt::format("ends what is left, then starts pgpool: {}", clean->because));
    return deed("starts pgpool");
}

Verdict stop_of(const Diagnosis& diagnosis) {
    const auto mode = diagnosis.parameters.stop_mode;
    const StopProgress at_first{.remaining = usual_time};
    const auto step = next_stop_step(diagnosis.facts.now, at_first, stop_times(mode, usual_time), mode);
    if (std::holds_alternative<AllEnded>(step)) return {ExitCode::success, "nothing is left to end"};
    const auto* send = std::get_if<SendSignals>(&step);
    if (send == nullptr) return deed("looks again until it can tell what runs");
    return deed(fmt::format("sends {} to process {}, and harder signals to what does not end: {}",
                            name_of(send->signal), list_pids(send->targets, 1), send->because));
}

}  // namespace

std::vector<Forecast> forecast(const Diagnosis& diagnosis) {
    std::vector<Forecast> forecasts;
    const auto add = [&](std::string action, Verdict verdict) {
        forecasts.push_back({std::move(action), verdict.code, std::move(verdict.because)});
    };
    add("monitor", DryRun(diagnosis, Purpose::monitor, 0).run());
    add("monitor level 10", DryRun(diagnosis, Purpose::monitor, role_level).run());
    add("start", start_of(diagnosis));
    add("stop", stop_of(diagnosis));
    add("promote", DryRun(diagnosis, Purpose::promote, role_level).run());
    return forecasts;
}

}  // namespace ra
