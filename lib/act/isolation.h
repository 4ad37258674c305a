#pragma once

#include <optional>

#include "act/operation.h"
#include "decide/isolation.h"

namespace ra {

// Asks what tells whether this node is cut off, as far as that is needed; nothing if parameter isolation_attribute is
// not set, or if nobody can be asked.
[[nodiscard]] IsolationFacts ask_for_isolation(const Operation& operation);

// Asks whether this node is cut off; nothing if it is not, or if parameter isolation_attribute is not set. What it has
// seen otherwise, in words.
[[nodiscard]] std::optional<std::string> find_isolation(const Operation& operation);

// What a monitor does about a running pgpool on an isolated node, and answers. Nothing if the node is connected.
[[nodiscard]] std::optional<Outcome> heed_isolation(const Operation& operation);

}  // namespace ra
