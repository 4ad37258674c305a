#pragma once

#include "act/operation.h"

namespace ra {

// Makes Pacemaker forget what it knows of this resource on this node, until it takes neither it for active here nor one
// of yield_with: the result of a monitor that was under way may come after the history was erased.
// Refused while pgpool runs here, where Pacemaker is right; waits until half a minute has passed since the last time.
// A monitor that has yielded, or that finds it stopped and blocked, begins it detached: its own answer would be a new
// failure in a history that was just erased.
[[nodiscard]] Outcome unblock(const Operation& operation);

}  // namespace ra
