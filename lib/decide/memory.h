#pragma once

#include "decide/monitor.h"

namespace ra {

// What is on record about the pgpool that was seen; nothing if nothing runs, or if the record is about another one.
[[nodiscard]] Memory memory_of(const Snapshot& seen, const Classification& now);

// What is remembered after each look of an action: pure, and the same again for the same facts.
// An overtaken history is remembered as long as both histories can be written to: an alignment may have turned pgpool
// to the newest primary before the two halves of the cluster have met.
[[nodiscard]] Memory remember(const Memory& before, const MonitorFacts& facts);

// The same after the answer: what is wrong is logged when it changes.
[[nodiscard]] Memory remember(const Memory& before, const Answer& answer, Purpose purpose);

// The same after a request to pgpool, or a takeover, in its words.
[[nodiscard]] Memory remember(const Memory& before, const std::string& request, std::chrono::seconds since_boot);

// Whether a watch goes on: never beside a newer one, and only while it is early after a monitor has looked at the
// roles.
[[nodiscard]] bool is_still_needed(std::chrono::seconds watching_since, bool is_early, const Memory& memory);

}  // namespace ra
