#pragma once

#include "act/operation.h"

namespace ra {

// After a start, and after a probe that has found pgpool running: sees to it that a pgpool yields also where no monitor
// runs, or only later. When two halves of a cluster meet while a start is under way, or when a node probes what it runs
// because one of Pacemaker's daemons was respawned, multiple-active=block keeps Pacemaker from ever beginning the
// monitors of it; and where they were parted for a moment only, the next monitor of the roles is half a minute away.
void begin_watch(const Operation& operation);

// Asks Pacemaker again and again whether the resource is active elsewhere too, and looks at the roles only then. Ends
// when a recurring monitor has looked at them, but not within the first minute; when a newer watch has begun; when
// pgpool has ended; or after some minutes.
[[nodiscard]] Outcome watch(const Operation& operation);

}  // namespace ra
