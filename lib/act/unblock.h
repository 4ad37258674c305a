#pragma once

#include "act/operation.h"

namespace ra {

// Starts the action unblock in a process of its own, which outlives this one and begins when it has ended: the answer
// of a monitor that Pacemaker is still waiting for would be a new failure in a history that was just erased.
[[nodiscard]] Status begin_unblocking(const Operation& operation);

// Makes Pacemaker forget what it knows of this resource on this node, until it no longer takes it for active here.
// Refused while pgpool runs here, where Pacemaker is right; at most once in a minute.
[[nodiscard]] Outcome unblock(const Operation& operation);

}  // namespace ra
