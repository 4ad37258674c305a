#pragma once

#include <optional>

#include "act/operation.h"

namespace ra {

// Asks whether this node is cut off; nothing if it is not, or if parameter isolation_attribute is not set. What it has
// seen otherwise, in words.
[[nodiscard]] std::optional<std::string> find_isolation(const Operation& operation);

// What a monitor does about a running pgpool on an isolated node, and answers. Nothing if the node is connected.
[[nodiscard]] std::optional<Outcome> heed_isolation(const Operation& operation);

}  // namespace ra
