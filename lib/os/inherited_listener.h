#pragma once

#include <sys/types.h>

#include "base/result.h"
#include "os/proc_fs.h"

namespace ra {

// Makes a listening socket that `holder` has inherited listen no more, in every process that has it: the port is free
// again, and no process is touched beyond that. A socket that the process does not hold any more, or that does not
// listen, is no error. Needs CAP_SYS_PTRACE, and Linux 5.6 for pidfd_getfd(2).
[[nodiscard]] Status shut_down_inherited(const ProcFs& proc, pid_t holder, ino_t listener);

}  // namespace ra
