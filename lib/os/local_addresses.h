#pragma once

#include <set>
#include <string>

namespace ra {

// The IP addresses of this host, its name, and the names that /etc/hosts has for one of the addresses (IPv4). No server
// is asked for a name: on a node that is cut off that would take its time.
[[nodiscard]] std::set<std::string> local_addresses();

}  // namespace ra
