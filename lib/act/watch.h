#pragma once

#include "act/operation.h"

namespace ra {

// After a start: sees to it that a pgpool yields also where no monitor runs. When two halves of a cluster meet while a
// start is under way, multiple-active=block keeps Pacemaker from ever beginning the monitors of what was just started.
void begin_watch(const Operation& operation);

// Ends when a recurring monitor has looked at the roles, when pgpool has ended, or after some minutes.
[[nodiscard]] Outcome watch(const Operation& operation);

}  // namespace ra
