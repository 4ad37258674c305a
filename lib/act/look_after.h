#pragma once

#include <vector>

#include "act/operation.h"
#include "decide/monitor.h"

namespace ra {

// How long parts of the work may take.
struct LookTimes {
    Deadline roles;                     // to look at the roles and to align them
    Deadline patience;                  // of a promote, with a primary that is not there yet
    std::vector<int> silent_servers{};  // known before the first look: they are not waited for as long
};

// Looks at pgpool, asks next_monitor_step() and does what it says, until it has an answer. What is to be remembered is
// written once, at the end.
[[nodiscard]] Outcome look_after(const Operation& operation, const MonitorPolicy& policy, const LookTimes& times);

// The policy of this operation.
[[nodiscard]] MonitorPolicy policy_of(const Operation& operation, Purpose purpose, int level);

// The condition of pgpool as cheaply as it can be told.
[[nodiscard]] Classification observe_condition(const Observer& observer);

}  // namespace ra
