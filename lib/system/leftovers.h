#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.h"
#include "system/proc_fs.h"

namespace ra {

// What pgpool's pid file says: "PID\0". Nothing if there is no file. `pid` is 0 for a file that is empty;
// anything that is neither is not pgpool's file, and an error.
struct PidFile {
    pid_t pid = 0;
};
[[nodiscard]] Result<std::optional<PidFile>> read_pid_file(const std::filesystem::path& path);

// Removes a pid file that is pgpool's own by its content. A missing file is no error.
[[nodiscard]] Status remove_pid_file(const std::filesystem::path& path);

// True if the path is a UNIX socket that nobody accepts connections on, in whatever namespace he may live.
[[nodiscard]] bool is_dead_socket(const std::filesystem::path& path);

// Removes a socket for which is_dead_socket() is true; leaves everything else alone.
[[nodiscard]] Status remove_dead_socket(const std::filesystem::path& path);

// Removes the System V shared memory segments among `shared_memory_ids` that nobody has attached and whose maker is
// dead, and the semaphore sets that one of `creators` was the last to operate and that no living process was. The ids
// were seen in processes of one pgpool, and `creators` are dead processes of it; it makes both without a key, so that
// nothing else tells whose they are.
void remove_ipc(const ProcFs& proc, const std::vector<int>& shared_memory_ids, const std::vector<pid_t>& creators);

}  // namespace ra
