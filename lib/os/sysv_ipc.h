#pragma once

#include <sys/types.h>

#include <vector>

#include "os/proc_fs.h"

namespace ra {

// Removes the System V shared memory segments among `shared_memory_ids` that nobody has attached and whose maker is
// dead, and the semaphore sets that one of `creators` was the last to operate and that no living process was. The ids
// were seen in processes of one pgpool, and `creators` are dead processes of it; it makes both without a key, so that
// nothing else tells whose they are.
void remove_ipc(const ProcFs& proc, const std::vector<int>& shared_memory_ids, const std::vector<pid_t>& creators);

}  // namespace ra
