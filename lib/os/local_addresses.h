#pragma once

#include <set>
#include <string>
#include <string_view>

namespace ra {

// The IP addresses of this host, its name, and the names that /etc/hosts has for one of the addresses. No server is
// asked for a name, whatever nsswitch.conf says: on a node that is cut off that would take its time.
[[nodiscard]] std::set<std::string> local_addresses();

// The names that a file in the form of hosts(5) has for one of `own`, or for a loopback address.
[[nodiscard]] std::set<std::string> names_in_hosts(std::string_view hosts, const std::set<std::string>& own);

}  // namespace ra
