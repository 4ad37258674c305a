#pragma once

#include <string_view>

namespace ra {

// True if a socket on `address` takes the port from one on `wanted` (an entry of listen_addresses). Names other than
// localhost are not looked up and do not collide: pgpool finds out itself.
[[nodiscard]] bool addresses_collide(std::string_view address, std::string_view wanted);

}  // namespace ra
