#pragma once

#include "act/operation.h"
#include "decide/monitor.h"

namespace ra {

// Stops this pgpool, verified; one that yields also stops the resources of yield_with, and begins to unblock. The
// answer of the monitor that has decided it.
[[nodiscard]] Outcome step_down(const Operation& operation, const StepDown& step);

// Begins to unblock what is stopped here already. The answer of the monitor that has found it so.
[[nodiscard]] Outcome unblock_stopped(const Operation& operation, const Unblock& step);

// Stops the resources of yield_with on this node, in the reverse of the order in which they are named: a group starts
// in that order. Ends at the first one that cannot be stopped.
[[nodiscard]] Status stop_yield_with(const Operation& operation);

}  // namespace ra
