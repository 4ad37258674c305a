#pragma once

#include "act/operation.h"
#include "decide/classification.h"
#include "ocf/exit_code.h"

namespace ra {

// A healthy pgpool is seen without a fork and without a look at other processes. What may pass by itself is looked at
// again for a moment. Level 20 and above add a query through pgpool; levels between answer like the next lower one.
[[nodiscard]] Outcome monitor(const Operation& operation);

// The condition of pgpool as cheaply as it can be told.
[[nodiscard]] Classification observe_condition(const Observer& observer);

}  // namespace ra
