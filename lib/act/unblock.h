#pragma once

#include "act/operation.h"

namespace ra {

// Makes Pacemaker forget what it knows of this resource on this node, until it no longer takes it for active here.
// Refused while pgpool runs here, where Pacemaker is right; at most once in a minute.
// A monitor that has yielded begins it detached: its own answer would be a new failure in a history that was just
// erased.
[[nodiscard]] Outcome unblock(const Operation& operation);

}  // namespace ra
