#include "act/unblock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "act/detached.h"
#include "act/look_after.h"
#include "act/step_down.h"
#include "ocf/log.h"
#include "state/rate_limit.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 30s;
constexpr Milliseconds patience_with_command = 20s;
// From the end of an operation until its result is in the cluster's configuration, and from there to the next.
constexpr Milliseconds patience_with_effect = 5s;
constexpr Milliseconds before_next_try = 2s;

Result<bool> is_active_on(const Cluster& cluster, const std::string& resource, const std::string& node,
                          Deadline deadline) {
    const auto nodes = cluster.active_nodes(resource, deadline);
    if (!nodes) return nodes.error();
    return std::ranges::find(*nodes, node) != nodes->end();
}

// pgpool, and what was stopped with it: while one of a group is taken for active here, that one stays blocked. False
// also if that of pgpool cannot be seen in time.
bool all_are_inactive(const Operation& operation, const std::string& node, Deadline deadline) {
    const auto& cluster = operation.cluster;
    const auto is_active = [&](const std::string& other) {
        return is_active_on(cluster, other, node, deadline).value_or(false);
    };
    const bool pgpool_is_active = is_active_on(cluster, cluster.resource(), node, deadline).value_or(true);
    return !pgpool_is_active && std::ranges::none_of(operation.parameters.yield_with, is_active);
}

bool all_become_inactive(const Operation& operation, const std::string& node, Deadline deadline) {
    while (!all_are_inactive(operation, node, deadline)) {
        if (deadline.passed()) return false;
        deadline.sleep(500ms);
    }
    return true;
}

Result<UniqueFd> wait_for_turn(const Operation& operation) {
    const auto name = fmt::format("{}.unblock", state_file_name(operation.environment.instance()));
    for (;;) {
        auto turn = claim_turn(operation.observer.record().directory(), name, interval);
        if (turn || turn.error().number != EAGAIN || operation.deadline.passed()) return turn;
        operation.deadline.sleep(500ms);
    }
}

}  // namespace

Outcome unblock(const Operation& operation) {
    wait_for_predecessor(operation);
    const auto& cluster = operation.cluster;
    const auto node = cluster.node_name(operation.deadline.but_within(patience_with_command));
    if (!node) return {ExitCode::generic_error, node.error().message};
    const auto turn = wait_for_turn(operation);
    if (!turn)
        return {ExitCode::generic_error,
                fmt::format("cannot unblock '{}' on {}: {}", cluster.resource(), *node, turn.error().message)};
    // Another one may have done it meanwhile.
    if (all_are_inactive(operation, *node, operation.deadline.but_within(patience_with_command))) return {};
    while (!operation.deadline.passed()) {
        const auto now = observe_condition(operation.observer);
        if (now.condition != Condition::clean)
            return {ExitCode::generic_error,
                    fmt::format("cannot unblock '{}' on {}: {}", cluster.resource(), *node, now.because)};
        // What still runs would only be blocked again.
        if (const auto stopped = stop_yield_with(operation); !stopped) {
            log_error("{}", stopped.error().message);
            operation.deadline.sleep(before_next_try);
            continue;
        }
        log_warning("making Pacemaker forget the history of '{}' on {}: pgpool is stopped here", cluster.resource(),
                    *node);
        warn_if_failed(cluster.refresh(*node, operation.deadline.but_within(patience_with_command)));
        if (all_become_inactive(operation, *node, operation.deadline.but_within(patience_with_effect))) return {};
    }
    return {ExitCode::generic_error,
            fmt::format("'{}' is still active on {} for Pacemaker", cluster.resource(), *node)};
}

}  // namespace ra
