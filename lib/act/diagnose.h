#pragma once

#include "act/operation.h"
#include "explain/explanation.h"

namespace ra {

// Looks at all that explain shows, and changes nothing. `configuration` is where the parameters of the operation come
// from, in words in `parameters_from`.
[[nodiscard]] Diagnosis diagnose(const Operation& operation, Observed<ClusterConfiguration> configuration,
                                 std::string parameters_from);

}  // namespace ra
