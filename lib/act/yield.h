#pragma once

#include <optional>

#include "act/operation.h"
#include "observe/roles.h"

namespace ra {

// After a cut: stops this pgpool, verified, if Pacemaker takes the resource for active here and elsewhere and the other
// one is on the better side, and what a monitor answers then. Nothing if it stays.
[[nodiscard]] std::optional<Outcome> yield_if_outranked(const Operation& operation, const RoleFacts& facts);

}  // namespace ra
