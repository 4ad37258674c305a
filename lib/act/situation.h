#pragma once

#include "act/operation.h"
#include "decide/explanation.h"

namespace ra {

// Looks at all that explain tells of, and changes nothing. `configuration` is where the parameters of the operation
// come from, in words in `parameters_from`.
[[nodiscard]] Situation look_at_situation(const Operation& operation, Observed<ClusterConfiguration> configuration,
                                          std::string parameters_from);

}  // namespace ra
