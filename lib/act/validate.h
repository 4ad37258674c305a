#pragma once

#include "act/operation.h"
#include "ocf/exit_code.h"

namespace ra {

// Level 0: the parameters alone, so that it can pass where pgpool is not installed. Level 10: also this host and what
// pgpool.conf says.
[[nodiscard]] Outcome validate(const Operation& operation);

}  // namespace ra
