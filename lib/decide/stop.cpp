#include "decide/stop.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace ra {

namespace {

using namespace std::chrono_literals;

int signal_of(StopMode mode) {
    switch (mode) {
        case StopMode::smart: return SIGTERM;
        case StopMode::fast: return SIGINT;
        case StopMode::immediate: return SIGQUIT;
    }
    return SIGINT;
}

std::vector<ProcessId> main_and_stopped_children(const ProcessTree& tree) {
    std::vector<ProcessId> targets{tree.main->stat.id};
    for (const auto& child : tree.children)
        if (child.stat.stopped()) targets.push_back(child.stat.id);
    return targets;
}

std::vector<ProcessId> children_and_orphans(const ProcessTree& tree) {
    std::vector<ProcessId> targets;
    for (const auto& child : tree.children) targets.push_back(child.stat.id);
    for (const auto& orphan : tree.orphans) targets.push_back(orphan.stat.id);
    return targets;
}

std::vector<ProcessId> commands(const ProcessTree& tree) {
    std::vector<ProcessId> targets;
    for (const auto& command : tree.commands) targets.push_back(command.id);
    return targets;
}

std::vector<ProcessId> everything(const ProcessTree& tree) {
    auto targets = children_and_orphans(tree);
    std::ranges::copy(commands(tree), std::back_inserter(targets));
    if (tree.main) targets.push_back(tree.main->stat.id);
    return targets;
}

Milliseconds next_rung(const StopProgress& progress, const StopTimes& times) {
    for (const auto due : {times.free_pcp, times.quit_children, times.end_commands, times.kill})
        if (due > progress.elapsed) return due - progress.elapsed;
    return 200ms;
}

}  // namespace

std::string list_pids(const std::vector<ProcessId>& processes, std::size_t shown) {
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, processes.size()); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : ", ", processes[i].pid);
    if (processes.size() > shown) text += fmt::format(" and {} more", processes.size() - shown);
    return text;
}

StopTimes stop_times(StopMode mode, Milliseconds working_time) {
    // Smart waits for the clients to leave, as long as that leaves time to end what they do not leave.
    if (mode == StopMode::smart)
        return {working_time * 4 / 10, working_time / 2, working_time * 6 / 10, working_time * 7 / 10};
    return {std::min<Milliseconds>(3s, working_time / 6), std::min<Milliseconds>(5s, working_time / 4),
            std::min<Milliseconds>(8s, working_time * 4 / 10), std::min<Milliseconds>(10s, working_time / 2)};
}

StopStep next_stop_step(const Classification& now, const StopProgress& progress, const StopTimes& times,
                        StopMode mode) {
    const auto& tree = now.tree;
    if (now.condition == Condition::unknown) {
        if (progress.remaining == 0ms)
            return GiveUp{fmt::format("cannot tell whether pgpool still runs: {}", now.because)};
        return Wait{200ms};
    }
    if (tree.empty()) return AllEnded{};
    if (progress.remaining == 0ms)
        return GiveUp{fmt::format("pgpool did not stop in time; still running after SIGKILL: process {}",
                                  list_pids(everything(tree), 5))};
    if (progress.elapsed >= times.kill)
        return SendSignals{Rung::kill, SIGKILL, everything(tree), "it did not end before"};
    if (!tree.main) {
        // Children that main has just told to end are still on their way.
        if (progress.asked && progress.elapsed < 1s) return Wait{50ms};
        if (!progress.quit_children && !children_and_orphans(tree).empty())
            return SendSignals{Rung::quit_children, SIGQUIT, children_and_orphans(tree), "their main process is dead"};
        if (!progress.ended_commands && !tree.commands.empty())
            return SendSignals{Rung::end_commands, SIGTERM, commands(tree), "they hold a port of a dead pgpool"};
        return Wait{std::min<Milliseconds>(next_rung(progress, times), 100ms)};
    }
    if (!progress.asked)
        return SendSignals{Rung::ask, signal_of(mode), main_and_stopped_children(tree), "pgpool is to stop"};
    if (!progress.freed_pcp && progress.elapsed >= times.free_pcp)
        return SendSignals{Rung::free_pcp, SIGINT, pcp_workers(tree), "a PCP client may keep main from stopping"};
    if (!progress.quit_children && progress.elapsed >= times.quit_children)
        return SendSignals{Rung::quit_children, SIGQUIT, children_and_orphans(tree), "main has not ended them"};
    if (!progress.ended_commands && progress.elapsed >= times.end_commands)
        return SendSignals{Rung::end_commands, SIGTERM, commands(tree), "main waits for them"};
    return Wait{next_rung(progress, times)};
}

}  // namespace ra
