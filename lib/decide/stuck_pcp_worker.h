#pragma once

#include <vector>

#include "decide/process_tree.h"

namespace ra {

// Up to pgpool 4.4 main waits, with all its signals blocked, for PCP workers to end when it restarts PCP after a
// failover; a worker whose client says nothing never ends. It shows in dead children that main does not collect while
// PCP gives no answer: then these are the workers to interrupt. Asked only after PCP was silent.
[[nodiscard]] std::vector<ProcessId> workers_that_block_main(const Snapshot& seen, const ProcessTree& tree);

}  // namespace ra
