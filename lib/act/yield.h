#pragma once

#include <optional>

#include "act/operation.h"
#include "observe/roles.h"

namespace ra {

// After a cut: stops this pgpool, verified, if its history was overtaken and Pacemaker takes the resource for active
// here and elsewhere, and what a monitor answers then. Nothing if it stays.
[[nodiscard]] std::optional<Outcome> yield_if_overtaken(const Operation& operation, const RoleFacts& facts);

}  // namespace ra
