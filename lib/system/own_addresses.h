#pragma once

#include <set>
#include <string>

namespace ra {

// The IP addresses of this host, its name, and the names that /etc/hosts has for one of the addresses (IPv4). No server
// is asked for a name: on a node that is cut off that would take its time.
[[nodiscard]] std::set<std::string> own_addresses();

// localhost, or an address of the loopback interface.
[[nodiscard]] bool is_loopback(const std::string& host);

// Whether `host`, as pgpool.conf names a backend's, is this one: a UNIX socket, a loopback address, or one of `own`,
// also by the first part alone of an own name ("db1" of "db1.example.com"). No name is resolved.
[[nodiscard]] bool is_on_this_host(const std::string& host, const std::set<std::string>& own);

}  // namespace ra
