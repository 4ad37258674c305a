#pragma once

#include <sys/un.h>

#include <filesystem>
#include <optional>

#include "base/result.h"

namespace ra {

// Nothing for a path that is too long for a UNIX socket.
[[nodiscard]] std::optional<struct sockaddr_un> unix_address(const std::filesystem::path& path);

// True if the path is a UNIX socket that nobody accepts connections on, in whatever namespace he may live.
[[nodiscard]] bool is_dead_socket(const std::filesystem::path& path);

// Removes a socket for which is_dead_socket() is true; leaves everything else alone.
[[nodiscard]] Status remove_dead_socket(const std::filesystem::path& path);

}  // namespace ra
