#pragma once

#include <optional>
#include <string>

#include "facts/backend.h"
#include "ocf/parameters.h"

namespace ra {

// What pgpool_status has to say before a start, a line for each backend: "up", "down" or "unused" (pgpool's
// read_status_file()); nothing where pgpool needs no help, or must not get any.
// Overtaken primaries are down: of two writable nodes pgpool takes the first, and one alone without a question. Where
// the newest primary is known, unreachable nodes are down too: pgpool waits for each node that is up and does not
// answer until the kernel gives up, a minute or two, before it serves writes. Where a standby answers, no node is
// writable and some do not answer, all are up: of a node that an older file calls down pgpool expects nothing, and
// would never run the failover_command that makes a new primary. Where the agent itself takes over they are down here
// too.
[[nodiscard]] std::optional<std::string> status_before_start(const RoleFacts& facts, TakeoverBy takeover);

}  // namespace ra
