#include "decide/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "decide/monitor.h"
#include "decide/roles.h"
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

class Forecaster {
 public:
    Forecaster(const Situation& situation, const Classification& now) : situation_(situation), now_(now) {}

    std::vector<Forecast> run() && {
        add_monitor();
        add_role_monitor();
        add_start();
        add_stop();
        add_promote();
        return std::move(forecasts_);
    }

 private:
    void add(std::string action, Outcome outcome) {
        if (action.starts_with("monitor") && situation_.seen.record && situation_.seen.record->promoted)
            outcome.code = for_promoted(outcome.code);
        forecasts_.push_back({std::move(action), outcome.code, std::move(outcome.reason)});
    }

    void add_deed(std::string action, std::string deed) {
        forecasts_.push_back({std::move(action), std::nullopt, std::move(deed)});
    }

    [[nodiscard]] std::optional<std::string> isolation() const {
        const auto step = next_isolation_step(situation_.isolation);
        if (const auto* isolated = std::get_if<Isolated>(&step)) return isolated->because;
        return std::nullopt;
    }

    [[nodiscard]] std::chrono::seconds unresponsive_for() const {
        const auto& record = situation_.seen.record;
        if (!record || record->unresponsive_since == 0) return 0s;
        return situation_.since_boot - std::chrono::seconds(record->unresponsive_since);
    }

    [[nodiscard]] AlignmentStep alignment() const {
        return next_alignment_step(situation_.roles, situation_.alignment_context);
    }

    // "tells pgpool to promote node 1: …"; empty if it tells nothing.
    [[nodiscard]] static std::string request_in(const AlignmentStep& step) {
        if (const auto* promote = std::get_if<PromoteNode>(&step))
            return fmt::format("tells pgpool to promote node {}: {}", promote->id, promote->because);
        if (const auto* attach = std::get_if<AttachNode>(&step))
            return fmt::format("tells pgpool to attach node {}: {}", attach->id, attach->because);
        return {};
    }

    // A running pgpool on an isolated node; false if that is not the case.
    [[nodiscard]] bool add_isolated_monitor(const std::string& action) {
        const auto isolated = isolation();
        if (now_.condition != Condition::running || !isolated) return false;
        add_deed(action, isolated_monitor(*isolated));
        return true;
    }

    void add_monitor() {
        const std::string action = "monitor";
        if (!add_isolated_monitor(action)) add(action, judge_tree(now_));
    }

    void add_role_monitor() {
        const std::string action = "monitor level 10";
        if (add_isolated_monitor(action)) return;
        if (now_.condition != Condition::running) return add(action, judge_tree(now_));
        if (situation_.yield) {
            const auto step = next_yield_step(*situation_.yield);
            if (const auto* yield = std::get_if<Yield>(&step))
                return add(action, {ExitCode::not_running, fmt::format("stops this pgpool: {}", yield->because)});
        }
        const auto step = alignment();
        const auto request = request_in(step);
        if (!request.empty() && situation_.parameters.align) return add_deed(action, request);
        if (situation_.query && situation_.query->answer == QueryFindings::Answer::lost_main_node)
            return add(action, judge_query(*situation_.query, now_.family, situation_.knows_degraded));
        add(action, judge_roles(situation_.roles, step, unresponsive_for(), situation_.knows_degraded));
    }

    [[nodiscard]] std::string isolated_monitor(const std::string& because) const {
        const auto* resource = configured_resource(situation_);
        const auto grace = situation_.parameters.isolation_grace.count();
        return fmt::format(
            "after {} s of isolation {}: {}", grace,
            resource != nullptr && resource->promotable ? "lets Pacemaker demote this instance" : "stops this pgpool",
            because);
    }

    void add_start() {
        const std::string action = "start";
        if (!situation_.problems.empty())
            return add(action, {situation_.problems.front().code, situation_.problems.front().message});
        const auto* resource = configured_resource(situation_);
        const bool is_promotable = resource != nullptr && resource->promotable;
        if (const auto isolated = isolation(); isolated && !is_promotable)
            return add(action, {ExitCode::generic_error, fmt::format("refused: this node is isolated: {}", *isolated)});
        const auto step = next_start_step(now_, {});
        if (std::holds_alternative<Started>(step)) return add(action, {ExitCode::success, "it runs already"});
        if (const auto* failed = std::get_if<FailStart>(&step))
            return add(action, {ExitCode::generic_error, failed->because});
        if (const auto* clean = std::get_if<CleanUp>(&step))
            return add_deed(action, fmt::format("ends what is left, then starts pgpool: {}", clean->because));
        add_deed(action, "starts pgpool");
    }

    void add_stop() {
        const auto mode = situation_.parameters.stop_mode;
        const StopProgress at_first{.remaining = usual_time};
        const auto step = next_stop_step(now_, at_first, stop_times(mode, usual_time), mode);
        if (std::holds_alternative<AllEnded>(step)) return add("stop", {ExitCode::success, "nothing is left to end"});
        const auto* send = std::get_if<SendSignals>(&step);
        if (send == nullptr) return add_deed("stop", "looks again until it can tell what runs");
        const auto others = send->targets.size() - 1;
        add_deed("stop", fmt::format("sends {} to process {}{}, and harder signals to what does not end: {}",
                                     name_of(send->signal), send->targets.front().pid,
                                     others == 0 ? "" : fmt::format(" and {} more", others), send->because));
    }

    void add_promote() {
        if (now_.condition != Condition::running) return add("promote", judge_tree(now_));
        const auto step = alignment();
        const auto request = request_in(step);
        if (!request.empty()) return add_deed("promote", request);
        if (const auto* not_now = std::get_if<NotNow>(&step))
            return add("promote",
                       {ExitCode::success, fmt::format("waits up to {} s: {}",
                                                       situation_.parameters.promote_wait.count(), not_now->because)});
        if (const auto* must_not = std::get_if<MustNot>(&step))
            return add("promote",
                       {ExitCode::success, fmt::format("leaves the roles as they are: {}", must_not->because)});
        add("promote", {ExitCode::success, "the roles agree"});
    }

    const Situation& situation_;
    const Classification& now_;
    std::vector<Forecast> forecasts_;
};

}  // namespace

std::vector<Forecast> forecast(const Situation& situation, const Classification& now) {
    return Forecaster(situation, now).run();
}

}  // namespace ra
