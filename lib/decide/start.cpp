#include "decide/start.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "facts/titles.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// What keeps a start from being begun, whatever runs; nothing if nothing does.
std::optional<StartStep> refusal(const StartProgress& progress) {
    if (!progress.problems.empty()) return Refuse{first_of(progress.problems)};
    if (!progress.looks_for_isolation) return {};
    const auto step = next_isolation_step(progress.isolation);
    if (const auto* question = std::get_if<IsolationQuestion>(&step)) return *question;
    if (const auto* isolated = std::get_if<Isolated>(&step))
        return Refuse{{ExitCode::generic_error, fmt::format("cannot start pgpool: {}", isolated->because)}};
    return {};
}

bool is_logger(const PgpoolProcess& process) { return title_of(process).starts_with(titles::logger); }

// With its logging_collector a main that fails waits for its logger, which never ends. Slow is not failed: only what
// main has said of its end tells them apart.
bool hangs_at_its_end(const ProcessTree& tree, const StartProgress& progress) {
    return !progress.fatal.empty() && tree.main && std::ranges::all_of(tree.children, is_logger);
}

// pgpool has children only once it has taken its configuration.
bool has_taken_configuration(const ProcessTree& tree) { return !std::ranges::all_of(tree.children, is_logger); }

StartStep late(const Classification& now, const StartProgress& progress) {
    const auto place = progress.own_log.empty() ? "" : fmt::format("; see {}", progress.own_log);
    if (now.condition == Condition::running)
        return FailStart{fmt::format("pgpool runs, but accepted no client in time{}", place)};
    return FailStart{fmt::format("pgpool did not get ready in time: {}{}", now.because, place)};
}

// A process that is ending has its sockets for a moment longer than it can be seen.
bool may_be_ending(const Classification& now, const StartProgress& progress) {
    return is_held_unseen(now) && progress.held_unseen_for < 3s && progress.remaining > 0ms;
}

StartStep before_launch(const Classification& now, const StartProgress& progress) {
    if (auto refused = refusal(progress)) return *refused;
    switch (now.condition) {
        case Condition::unknown: return FailStart{now.because};
        case Condition::foreign:
            if (may_be_ending(now, progress)) return Wait{50ms};
            return FailStart{now.because};
        case Condition::dirty: return CleanUp{now.because};
        case Condition::running:
            if (!now.tree.orphans.empty()) return CleanUp{"processes of an earlier pgpool are left"};
            return Started{true};
        case Condition::clean: break;
    }
    // In any other unreadable file pgpool finds the fault itself, before it touches anything, and says it better.
    if (progress.is_too_large) return Refuse{{ExitCode::invalid_argument, progress.unreadable}};
    if (!progress.cleaned) return RemoveRemains{};
    return Launch{};
}

StartStep after_launch(const Classification& now, const StartProgress& progress) {
    if (progress.ended) return FailStart{*progress.ended};
    if (hangs_at_its_end(now.tree, progress))
        return FailStart{fmt::format("pgpool did not start: {}", progress.fatal), true};
    if (!progress.unreadable.empty() && has_taken_configuration(now.tree))
        return FailStart{fmt::format("pgpool takes its configuration, but the agent cannot: {}", progress.unreadable)};
    const auto* accepts = value_of(progress.accepts_clients);
    // PCP opens when pgpool has found its primary, in a moment or after a long search: worth a moment, as the last of
    // its processes.
    if (accepts != nullptr && *accepts && now.condition == Condition::running) {
        if (has_pcp_process(now.tree) || progress.accepting_for >= 2s || progress.remaining == 0ms)
            return Started{false};
        return Wait{50ms};
    }
    // From 4.4 on pgpool goes on without the port when somebody else has it.
    const bool is_taken = now.port_holder && now.port_holder->pid != 0;
    if (is_taken && now.tree.main && !now.tree.children.empty()) return FailStart{now.because};
    if (progress.remaining == 0ms) return late(now, progress);
    if (now.condition == Condition::running && std::holds_alternative<NotAsked>(progress.accepts_clients))
        return AskForAcceptance{};
    return Wait{50ms};
}

}  // namespace

bool is_held_unseen(const Classification& now) {
    if (now.port_holder) return now.port_holder->pid == 0;
    return now.socket_holder && now.socket_holder->pid == 0;
}

StartStep next_start_step(const Classification& now, const StartProgress& progress) {
    return progress.launched ? after_launch(now, progress) : before_launch(now, progress);
}

ExitCode code_of_failed_launch(int number) {
    constexpr std::array passing{EAGAIN, ENOMEM, EMFILE, ENFILE};
    return std::ranges::find(passing, number) != passing.end() ? ExitCode::generic_error : ExitCode::not_installed;
}

}  // namespace ra
