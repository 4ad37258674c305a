#include "act/unblock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
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

constexpr auto interval = 30s;
constexpr Milliseconds patience_with_command = 20s;
// From the end of an operation until its result is in the cluster's configuration, and from there to the next.
constexpr Milliseconds patience_with_effect = 5s;

// `otherwise` where Pacemaker cannot be asked for it.
bool is_active_on(const Cluster& cluster, const std::string& resource, const std::string& node, bool otherwise,
                  Deadline deadline) {
    const auto nodes = cluster.active_nodes(resource, deadline);
    return nodes ? std::ranges::find(*nodes, node) != nodes->end() : otherwise;
}

// pgpool, and what was stopped with it: while one of a group is taken for active here, that one stays blocked. False
// also if that of pgpool cannot be seen in time.
bool all_become_inactive(const Cluster& cluster, const std::vector<std::string>& others, const std::string& node,
                         Deadline deadline) {
    const auto is_active = [&](const std::string& other) {
        return is_active_on(cluster, other, node, false, deadline);
    };
    for (;;) {
        if (!is_active_on(cluster, cluster.resource(), node, true, deadline) && std::ranges::none_of(others, is_active))
            return true;
        if (deadline.passed()) return false;
        std::this_thread::sleep_for(std::min<Milliseconds>(500ms, deadline.remaining()));
    }
}

Result<UniqueFd> wait_for_turn(const Operation& operation) {
    const auto name = fmt::format("{}.unblock", state_file_name(operation.environment.instance()));
    for (;;) {
        auto turn = claim_turn(defaults::state_directory, name, interval);
        if (turn || turn.error().number != EAGAIN || operation.deadline.passed()) return turn;
        std::this_thread::sleep_for(std::min<Milliseconds>(500ms, operation.deadline.remaining()));
    }
}

}  // namespace

Outcome unblock(const Operation& operation) {
    wait_for_predecessor(operation);
    const Cluster cluster(operation.environment);
    const auto node = cluster.node_name(operation.deadline.but_within(patience_with_command));
    if (!node) return {ExitCode::generic_error, node.error().message};
    const auto turn = wait_for_turn(operation);
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
        if (all_become_inactive(cluster, operation.parameters.yield_with, *node,
                                operation.deadline.but_within(patience_with_effect)))
            return {};
    }
    return {ExitCode::generic_error,
            fmt::format("'{}' is still active on {} for Pacemaker", cluster.resource(), *node)};
}

}  // namespace ra
