#pragma once

#include "act/operation.h"
#include "decide/classification.h"
#include "observe/query.h"

namespace ra {

// What a query through pgpool shows, which is `now` in `seen`; one that does not run is not asked. That it has lost its
// main node is believed when it says so again: a child that a failover overtakes may say it for a moment.
[[nodiscard]] QueryFindings query(const Operation& operation, const Snapshot& seen, const Classification& now);

}  // namespace ra
