#pragma once

#include <set>
#include <string>

namespace ra {

// The IP addresses of this host, and its name.
[[nodiscard]] std::set<std::string> own_addresses();

// Whether `host`, as pgpool.conf names a backend's, is this one: a UNIX socket, localhost, or one of `own`. Names are
// compared as they are written; none is resolved.
[[nodiscard]] bool is_on_this_host(const std::string& host, const std::set<std::string>& own);

}  // namespace ra
