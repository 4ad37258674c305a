#pragma once

#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "os/proc_fs.h"

namespace ra {

// Sends `signal` to this process and to no other: the identity is checked behind a pidfd, so that a pid that was
// given to somebody else meanwhile is never hit. A process that is gone is no error. A stopped process is continued
// after a signal that ends it, because it could not act on it.
[[nodiscard]] Status send_signal(const ProcFs& proc, ProcessId process, int signal);

// Returns when `process` has ended, or at the deadline. A zombie has ended.
void wait_for_end(const ProcFs& proc, ProcessId process, Deadline deadline);

}  // namespace ra
