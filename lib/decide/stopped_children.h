#pragma once

#include <optional>
#include <string>

#include "decide/process_tree.h"

namespace ra {

// Why no child will ever take a client: all of them are stopped. Nothing if that is not so.
[[nodiscard]] std::optional<std::string> why_clients_are_lost(const ProcessTree& tree);

// pgpool has none for clients, not even one that was just forked and has no title, and runs no command for which it
// would wait: a failover is on its way, or hangs. Only for a tree that was looked at as a whole.
[[nodiscard]] bool is_childless(const ProcessTree& tree);

// What clients wait for where no child is idle.
[[nodiscard]] std::string why_clients_wait(const ProcessTree& tree);

}  // namespace ra
