#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "facts/snapshot.h"

namespace ra {

// Nothing if there is no file. Anything that is neither empty nor a pid is not pgpool's file, and an error.
[[nodiscard]] Result<std::optional<PidFile>> read_pid_file(const std::filesystem::path& path);

// Removes a pid file that is pgpool's own by its content. A missing file is no error.
[[nodiscard]] Status remove_pid_file(const std::filesystem::path& path);

}  // namespace ra
