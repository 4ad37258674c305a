#pragma once

#include "act/operation.h"
#include "ocf/exit_code.h"

namespace ra {

// A healthy pgpool is seen without a fork and without a look at other processes. What may pass by itself is looked at
// again for a moment. From level 10 on also the roles, from level 20 on a query through pgpool.
[[nodiscard]] Outcome monitor(const Operation& operation);

}  // namespace ra
