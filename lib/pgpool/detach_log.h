#pragma once

#include <string_view>

#include "facts/backend.h"

namespace ra {

// Whose request it was that pgpool last detached `node` for, as the end of its log tells: that of a client of PCP, or
// that of one of its own processes, which has lost the server. The words are the same from 4.0 to 4.7.
[[nodiscard]] DetachedBy find_detacher(std::string_view log, int node);

}  // namespace ra
