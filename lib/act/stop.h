#pragma once

#include "act/operation.h"
#include "decide/remains.h"
#include "ocf/exit_code.h"

namespace ra {

// Ends pgpool, whatever state it is in, and removes what it leaves behind. Needs no configuration, no binary, no valid
// parameter. Success only when nothing of it runs any more; a file that cannot be removed is a warning.
[[nodiscard]] Outcome stop(const Operation& operation);

// The same within `budget` and in a mode of one's own, as a part of another action.
[[nodiscard]] Outcome end_pgpool(const Observer& observer, StopMode mode, Milliseconds budget);

// Removes pid file, sockets, shared memory and semaphores that nobody owns any more.
void remove_remains(const Observer& observer, const Remains& remains);

}  // namespace ra
