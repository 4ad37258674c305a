#pragma once

#include <string_view>

#include "facts/backend.h"

namespace ra {

// pgpool's own words for the status and the role of a node, as SHOW POOL_NODES has them.
[[nodiscard]] std::string_view word_of(NodeStatus status);
[[nodiscard]] std::string_view word_of(NodeRole role);

}  // namespace ra
