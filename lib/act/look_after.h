#pragma once

#include "act/operation.h"
#include "act/takeover.h"
#include "decide/monitor.h"

namespace ra {

// How long parts of the work may take.
struct LookTimes {
    Deadline roles;     // to look at the roles and to align them
    Deadline patience;  // of a promote, with a primary that is not there yet
};

// Looks at pgpool, asks next_monitor_step() and does what it says, until it has an answer. What is to be remembered is
// written once, at the end. What was silent before is not waited for as long, and a takeover is not begun twice.
[[nodiscard]] Outcome look_after(const Operation& operation, const MonitorPolicy& policy, const LookTimes& times,
                                 const BeforeStart& before = {});

// The policy of this operation.
[[nodiscard]] MonitorPolicy policy_of(const Operation& operation, Purpose purpose, int level);

// The condition of pgpool as cheaply as it can be told.
[[nodiscard]] Classification observe_condition(const Observer& observer);

}  // namespace ra
