#pragma once

#include <string>

#include "facts/backend.h"

namespace ra {

// PCP took the question and gave no answer at all in time: main may be blocked.
[[nodiscard]] bool pcp_is_silent(const RoleFacts& facts);

// Why pgpool's own view of the backends is missing, incomplete, or of another configuration; empty if it is complete.
[[nodiscard]] std::string pcp_problem(const RoleFacts& facts);

}  // namespace ra
