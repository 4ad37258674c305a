#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "facts/listener.h"

namespace ra {

// The listening TCP sockets on `ports`, asked of the kernel by netlink (sock_diag(7), as ss does). It looks only where
// listening sockets are; /proc/net/tcp walks the table of all connections, which takes milliseconds even when it is
// empty. An error where the kernel has no inet_diag.
[[nodiscard]] Result<std::vector<TcpListener>> ask_for_tcp_listeners(const std::vector<std::uint16_t>& ports);

// The lowest 32 bits of the inode of the file that a UNIX socket was bound to.
[[nodiscard]] Result<std::uint32_t> ask_for_file_of_unix_socket(ino_t socket);

}  // namespace ra
