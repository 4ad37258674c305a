#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "base/deadline.h"
#include "system/listeners.h"

namespace ra {

// Where a client reaches pgpool: a UNIX socket or a TCP listener.
using ClientAddress = std::variant<std::filesystem::path, TcpListener>;

// True if a child of pgpool takes the connection and answers the first packet that a PostgreSQL client may send (an
// SSLRequest: one byte comes back, before any backend or password is needed). A connection that the kernel has only
// queued is not enough.
[[nodiscard]] bool accepts_client(const ClientAddress& address, Deadline deadline);

}  // namespace ra
