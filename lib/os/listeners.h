#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "facts/listener.h"

namespace ra {

// The content of /proc/net/tcp or /proc/net/tcp6, of which only listening sockets on `ports` are kept.
[[nodiscard]] std::vector<TcpListener> parse_tcp_listeners(std::string_view content,
                                                           const std::vector<std::uint16_t>& ports);

// The content of /proc/net/unix.
[[nodiscard]] std::vector<UnixListener> parse_unix_listeners(std::string_view content);

// Reads them below `proc_root`; the TCP sockets of the running kernel by sock_diag where it can. A kernel without IPv6
// has no tcp6, which is no error.
[[nodiscard]] Result<std::vector<TcpListener>> tcp_listeners(const std::filesystem::path& proc_root,
                                                             const std::vector<std::uint16_t>& ports);
[[nodiscard]] Result<std::vector<UnixListener>> unix_listeners(const std::filesystem::path& proc_root);

// Finds those on one of `paths` that nobody can connect to any more, because the file is gone, or leads to another
// listener that has the same path. Costs a look at each file.
void find_lost_files(const std::filesystem::path& proc_root, const std::vector<std::filesystem::path>& paths,
                     std::vector<UnixListener>& listeners);

}  // namespace ra
