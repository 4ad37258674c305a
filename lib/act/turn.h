#pragma once

#include "act/operation.h"
#include "base/unique_fd.h"

namespace ra {

// Starts and stops of one pgpool run one after the other: two starts at once would each end the other's as a leftover.
// Held as long as the descriptor lives. The lock is on pgpool's configuration file, so that nothing is left behind. An
// error with number EWOULDBLOCK: another action still has it at the deadline; with another one: it cannot be locked.
[[nodiscard]] Result<UniqueFd> take_turn(const Operation& operation, Deadline deadline);

}  // namespace ra
