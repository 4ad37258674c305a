#pragma once

#include "act/operation.h"
#include "decide/monitor.h"

namespace ra {

// Stops this pgpool, verified; one that yields also stops the resources of yield_with, and begins to unblock. The
// answer of the monitor that has decided it.
[[nodiscard]] Outcome step_down(const Operation& operation, const StepDown& step);

}  // namespace ra
