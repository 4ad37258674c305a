#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "facts/backend.h"
#include "ocf/parameters.h"

namespace ra {

// What pgpool_status has to say before a start.
struct StatusBeforeStart {
    std::string lines;        // one for each backend: "up", "down" or "unused" (pgpool's read_status_file())
    std::string keeps_out{};  // why one of them must not serve; empty: without the file a start only takes longer
};

// Nothing where pgpool needs no help, or must not get any.
// Overtaken primaries are down: of two writable nodes pgpool takes the first, and one alone without a question. Where
// the newest primary is known, unreachable nodes are down too: pgpool waits for each node that is up and does not
// answer until the kernel gives up, a minute or two, before it serves writes; and so are standbys that would not be
// attached. Where a standby answers, no node is writable and some do not answer, all are up: of a node that an older
// file calls down pgpool expects nothing, and would never run the failover_command that makes a new primary. Where the
// agent itself takes over they are down here too.
[[nodiscard]] std::optional<StatusBeforeStart> status_before_start(const RoleFacts& facts, TakeoverBy takeover);

// The nodes that such a file calls down. Of the binary form, which pgpool still reads, nothing is said.
[[nodiscard]] std::set<int> down_in_status(std::string_view lines);

}  // namespace ra
