#include "act/unblock.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "act/detached.h"
#include "act/monitor.h"
#include "ocf/defaults.h"
#include "ocf/log.h"
#include "system/cluster.h"
#include "system/rate_limit.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 60s;
constexpr Milliseconds patience_with_command = 20s;
// From the end of an operation until its result is in the cluster's configuration, and from there to the next.
constexpr Milliseconds patience_with_effect = 5s;

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
