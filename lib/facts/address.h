#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ra {

// True if a socket on `address` takes the port from one on `wanted` (an entry of listen_addresses). What is not known
// does not collide, because pgpool finds out itself: names other than localhost are not looked up, and "::" takes an
// IPv4 address only if it is known not to be `ipv6_only`.
[[nodiscard]] bool addresses_collide(std::string_view address, std::string_view wanted,
                                     std::optional<bool> ipv6_only = {});

// localhost, or an address of the loopback interface.
[[nodiscard]] bool is_loopback(const std::string& host);

// Whether `host`, as pgpool.conf names a backend's, is this one: a UNIX socket, a loopback address, or one of
// `addresses` (of this host, see local_addresses()), also by the first part alone of a name among them ("db1" of
// "db1.example.com"). No name is resolved.
[[nodiscard]] bool is_on_this_host(const std::string& host, const std::set<std::string>& addresses);

// What belongs to the site of this node.
struct Site {
    std::set<std::string> addresses{};        // of this host
    std::optional<std::set<int>> backends{};  // where somebody has said which ones; then no address counts
};

[[nodiscard]] bool is_on_this_site(int backend, const std::string& host, const Site& site);

}  // namespace ra
