#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace ra {

using Addresses = std::vector<std::string>;

// True for what has to be looked up: no address, no directory of a socket, not empty.
[[nodiscard]] bool is_name(const std::string& host);

// Looks all names up at the same time, as libpq would one after the other without an end: a name server that says
// nothing costs the names that it is asked for, and the time until the deadline. A lookup that is not done by then is
// left behind and ends with the process.
[[nodiscard]] std::map<std::string, Result<Addresses>> look_up(const std::set<std::string>& names, Deadline deadline);

}  // namespace ra
