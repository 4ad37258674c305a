#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/result.h"
#include "base/unique_fd.h"
#include "facts/host.h"
#include "ocf/environment.h"
#include "os/subprocess.h"

namespace ra {

// What is launched as pgpool's user: where its output goes, and what it finds in its environment.

struct LogFile {
    UniqueFd fd;
    off_t size = 0;  // before anything was written
};

// Made if it is missing, opened with the rights of `user`; only a regular file.
[[nodiscard]] Result<LogFile> open_log_file(const std::filesystem::path& path, const SystemUser& user);

// The caller's environment without what is the agent's alone, and with the home of `user`.
[[nodiscard]] Variables environment_for(const Environment& environment, const SystemUser& user);

}  // namespace ra
