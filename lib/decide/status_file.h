#pragma once

#include <optional>
#include <string>

#include "observe/roles.h"

namespace ra {

// What pgpool_status has to say before a start, a line for each backend: "up", "down" or "unused" (pgpool's
// read_status_file()). pgpool looks for its primary among the nodes that are up there, and waits for each that does not
// answer until the kernel gives up, a minute or two, before it serves writes; and of two writable nodes it takes the
// first. So unreachable nodes and overtaken primaries are down, as long as the newest primary is known. Nothing where
// pgpool needs no help, or where it is not known which one is the primary: then pgpool has to find out, and its
// failover_command may have to make one.
[[nodiscard]] std::optional<std::string> status_before_start(const RoleFacts& facts);

}  // namespace ra
