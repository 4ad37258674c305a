#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "facts/listener.h"

namespace ra {

// The listening TCP sockets on `ports`, asked of the kernel by netlink (sock_diag(7), as ss does). It looks only where
// listening sockets are; /proc/net/tcp walks the table of all connections, which takes milliseconds even when it is
// empty. An error where the kernel has no inet_diag.
[[nodiscard]] Result<std::vector<TcpListener>> ask_for_tcp_listeners(const std::vector<std::uint16_t>& ports);

}  // namespace ra
