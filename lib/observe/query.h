#pragma once

#include <cstdint>

#include "base/deadline.h"
#include "facts/listener.h"
#include "facts/query.h"
#include "os/subprocess.h"

namespace ra {

// Asks "SELECT 1" through pgpool as some clients in turn, in a process of its own that is ended at the deadline: libpq
// is loaded only there. `login` is that of backend_login().
[[nodiscard]] QueryFindings query_through_pgpool(const Variables& login, const ClientAddress& address,
                                                 std::uint16_t port, Deadline deadline);

// Whether a client that writes is known to reach a server through pgpool that takes writes.
[[nodiscard]] bool reaches_primary(const Variables& login, const ClientAddress& address, std::uint16_t port,
                                   Deadline deadline);

}  // namespace ra
