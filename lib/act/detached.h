#pragma once

#include <string>

#include "act/operation.h"

namespace ra {

// Runs another action of this agent in a process of its own, which outlives this one and is given the same parameters.
// It begins its work with wait_for_predecessor().
[[nodiscard]] Status begin_detached(const Operation& operation, const std::string& action);

// Returns when the process that began this one has ended, at once if there was none: what Pacemaker is still waiting
// for must not be overtaken.
void wait_for_predecessor(const Operation& operation);

}  // namespace ra
