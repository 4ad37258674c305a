#pragma once

#include <chrono>

#include "decide/alignment.h"
#include "ocf/exit_code.h"

namespace ra {

// How long a pgpool may be unresponsive (PCP silent, main waiting for failover_command) before that is a failure.
inline constexpr std::chrono::minutes unresponsive_limit{10};

// What the roles of a running pgpool amount to, after an alignment that has ended with `state`. A restart cures nothing
// in them: they are degraded at worst, and a failure only if pgpool has been unresponsive for too long.
[[nodiscard]] Outcome judge_roles(const RoleFacts& facts, const AlignmentStep& state,
                                  std::chrono::seconds unresponsive_for);

}  // namespace ra
