#pragma once

#include "facts/host.h"
#include "ocf/parameters.h"

namespace ra {

// Looks as the user that runs pgpool.
[[nodiscard]] HostFacts look_at_host(const Parameters& parameters);

}  // namespace ra
