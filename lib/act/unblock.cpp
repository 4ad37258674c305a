#include "act/unblock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "act/monitor.h"
#include "base/text.h"
#include "ocf/defaults.h"
#include "ocf/log.h"
#include "system/cluster.h"
#include "system/launcher.h"
#include "system/rate_limit.h"
#include "system/signals.h"
#include "system/user.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 60s;
constexpr Milliseconds patience_with_command = 20s;
// From the end of an operation until its result is in the cluster's configuration, and from there to the next.
constexpr Milliseconds patience_with_effect = 5s;

// Tells the process which one it has to wait for: "PID START-TIME".
constexpr const char* predecessor_variable = "PGPOOL_AGENT_PREDECESSOR";

void wait_for_predecessor(const Operation& operation) {
    const auto text = operation.environment.text(predecessor_variable);
    const auto words = split_words(text);
    if (words.size() != 2) return;
    const auto pid = parse_number<pid_t>(words[0]);
    const auto start_time = parse_number<std::uint64_t>(words[1]);
    if (pid && start_time) wait_for_end(operation.observer.proc(), {*pid, *start_time}, operation.deadline);
}

Result<bool> is_active_on(const Cluster& cluster, const std::string& node, Deadline deadline) {
    const auto nodes = cluster.active_nodes(deadline);
    if (!nodes) return nodes.error();
    return std::ranges::find(*nodes, node) != nodes->end();
}

// False also if that cannot be seen in time.
bool becomes_inactive(const Cluster& cluster, const std::string& node, Deadline deadline) {
    for (;;) {
        const auto active = is_active_on(cluster, node, deadline);
        if (active && !*active) return true;
        if (deadline.passed()) return false;
        std::this_thread::sleep_for(std::min<Milliseconds>(500ms, deadline.remaining()));
    }
}

}  // namespace

Status begin_unblocking(const Operation& operation) {
    const auto& proc = operation.observer.proc();
    const auto self = proc.stat(::getpid());
    const auto program = proc.executable(::getpid());
    const auto root = find_user("root");
    const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!self) return self.error();
    if (!program) return program.error();
    if (!root) return root.error();
    if (!nowhere) return system_error("open", "/dev/null", errno);
    auto variables = operation.environment.variables();
    variables[predecessor_variable] = fmt::format("{} {}", self->id.pid, self->id.start_time);
    variables.erase("OCF_RESKEY_CRM_meta_timeout");  // that of the monitor
    const auto begun = launch_daemon({*program, {"unblock"}, std::move(variables)}, *root, nowhere);
    return begun ? Status(Done{}) : Status(begun.error());
}

Outcome unblock(const Operation& operation) {
    wait_for_predecessor(operation);
    const Cluster cluster(operation.environment);
    const auto node = cluster.node_name(operation.deadline.but_within(patience_with_command));
    if (!node) return {ExitCode::generic_error, node.error().message};
    const auto turn =
        claim_turn(defaults::state_directory,
                   fmt::format("{}.unblock", state_file_name(operation.environment.instance())), interval);
    if (!turn)
        return {ExitCode::generic_error,
                fmt::format("cannot unblock '{}' on {}: {}", cluster.resource(), *node, turn.error().message)};
    while (!operation.deadline.passed()) {
        const auto now = observe_condition(operation.observer);
        if (now.condition != Condition::clean)
            return {ExitCode::generic_error,
                    fmt::format("cannot unblock '{}' on {}: {}", cluster.resource(), *node, now.because)};
        log_warning("making Pacemaker forget the history of '{}' on {}: pgpool has yielded and is stopped here",
                    cluster.resource(), *node);
        const auto refreshed = cluster.refresh(*node, operation.deadline.but_within(patience_with_command));
        if (!refreshed) log_warning("{}", refreshed.error().message);
        if (becomes_inactive(cluster, *node, operation.deadline.but_within(patience_with_effect))) return {};
    }
    return {ExitCode::generic_error,
            fmt::format("'{}' is still active on {} for Pacemaker", cluster.resource(), *node)};
}

}  // namespace ra
