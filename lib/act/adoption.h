#pragma once

#include "act/operation.h"
#include "decide/classification.h"

namespace ra {

// Begins the record of `main`, with what it was started with and the shared memory of its tree.
[[nodiscard]] Status begin_record(const Operation& operation, const Endpoints& at, ProcessId main,
                                  std::vector<int> shared_memory);

// The System V shared memory of a running tree; of a snapshot that is complete.
[[nodiscard]] std::vector<int> shared_memory_of(const ProcessTree& tree);

// Begins the record of a running pgpool that no start of this agent has seen: Pacemaker starts nothing that a probe has
// found. `main` is what was seen; a record of it is kept as it is.
[[nodiscard]] Status adopt(const Operation& operation, const ProcessId& main);

}  // namespace ra
