#pragma once

#include <optional>
#include <string>

#include "act/operation.h"
#include "decide/monitor.h"
#include "observe/roles.h"

namespace ra {

// For one look at the roles. pgpool itself waits up to 10 s for a frozen backend before PCP answers. No longer than
// needed: while a monitor waits, Pacemaker cannot stop or demote.
inline constexpr Milliseconds patience_with_answers = std::chrono::seconds(12);

// Asks pgpool by PCP and all PostgreSQL servers. `seen` is classified as `now`.
[[nodiscard]] RoleSight ask_for_roles(const Operation& operation, const Snapshot& seen, const Classification& now,
                                      const SilentServers& silent, Deadline deadline);

// Looks first: at main and what descends from it only as long as that shows health.
[[nodiscard]] RoleSight look_at_roles(const Operation& operation, Scope scope, const SilentServers& silent,
                                      Deadline deadline);

// Tells pgpool something by PCP. The reason why it did not take it; empty if it did.
[[nodiscard]] std::string send(const Operation& operation, const PcpRequest& request, Deadline deadline);

// Interrupts the PCP workers whose clients say nothing, where main waits for them.
void interrupt_stuck_workers(const Operation& operation);

// Ends the process of it that a failover may wait for.
void end_streaming_check(const Operation& operation, ProcessId check);

// A query through a pgpool that is `now` in `seen`; one that does not run is not asked. A lost main node is believed
// when a second query shows it too: a child that a failover overtakes may say it for a moment.
[[nodiscard]] QueryFindings query(const Operation& operation, const Snapshot& seen, const Classification& now);

// Whether a client of that pgpool is known to reach a server that takes writes, when it writes.
[[nodiscard]] bool reaches_primary(const Operation& operation, const Snapshot& seen, const Classification& now);

}  // namespace ra
