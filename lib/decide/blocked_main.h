#pragma once

#include <optional>
#include <vector>

#include "decide/process_tree.h"

namespace ra {

// Up to pgpool 4.4 main waits, with all its signals blocked, for PCP workers to end when it restarts PCP after a
// failover; a worker whose client says nothing never ends. It shows in dead children that main does not collect while
// PCP gives no answer: then these are the workers to interrupt. Asked only after PCP was silent.
[[nodiscard]] std::vector<ProcessId> workers_that_block_main(const Snapshot& seen, const ProcessTree& tree);

// From pgpool 4.1.7 and 4.2.3 on main looks for a new primary only between two rounds of the streaming replication
// check (sr_check), whose process holds a lock meanwhile. A round that has asked a server that is then lost with its
// network has no limit of its own: it ends when the kernel gives up the connection, a quarter of an hour later or
// never, and until then a failover serves no client. This is that process while a failover has ended all children for
// clients, and it waits for something. It may be ended at any time: it gives the lock back, and pgpool restarts it
// after each failover anyway.
[[nodiscard]] std::optional<ProcessId> check_that_may_block_main(const ProcessTree& tree);

}  // namespace ra
