#pragma once

#include <optional>

#include "act/operation.h"
#include "decide/yield.h"

namespace ra {

// After a cut: stops this pgpool, verified, if Pacemaker takes the resource for active here and elsewhere and the other
// one is on the better side, and what a monitor answers then. Nothing if it stays.
[[nodiscard]] std::optional<Outcome> yield_if_outranked(const Operation& operation, const RoleFacts& facts);

// What it would decide that by, nothing stopped and nothing noted. `overtaken` is what was known of that before.
[[nodiscard]] YieldFacts ask_who_ranks_higher(const Operation& operation, const RoleFacts& facts,
                                              std::string overtaken);

}  // namespace ra
