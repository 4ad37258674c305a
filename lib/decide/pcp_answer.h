#pragma once

#include <string>
#include <string_view>

#include "facts/backend.h"

namespace ra {

// PCP took the question and gave no answer at all in time: main may be blocked.
[[nodiscard]] bool pcp_is_silent(const RoleFacts& facts);

// Why PCP failed: pgpool has closed the connection without an answer, as it does for a moment after each failover, when
// it starts PCP again (libpcp's words, of all releases).
[[nodiscard]] bool pcp_was_closed(std::string_view failure);

// Why pgpool's own view of the backends is missing, incomplete, or of another configuration; empty if it is complete.
[[nodiscard]] std::string pcp_problem(const RoleFacts& facts);

}  // namespace ra
