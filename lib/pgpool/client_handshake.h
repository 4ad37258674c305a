#pragma once

#include "base/deadline.h"
#include "facts/listener.h"

namespace ra {

// True if a child of pgpool takes the connection and answers the first packet that a PostgreSQL client may send (an
// SSLRequest: one byte comes back, before any backend or password is needed). A connection that the kernel has only
// queued is not enough.
[[nodiscard]] bool accepts_client(const ClientAddress& address, Deadline deadline);

}  // namespace ra
