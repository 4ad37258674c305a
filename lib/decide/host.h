#pragma once

#include <vector>

#include "facts/host.h"
#include "ocf/parameters.h"

namespace ra {

// What keeps pgpool from being started on this host with these parameters, the worst first. Missing is 5, not allowed
// is 4, there but unusable is 2: facts for other hosts may differ, so that none of them is 6.
[[nodiscard]] std::vector<ParameterProblem> judge_host(const Parameters& parameters, const HostFacts& facts);

}  // namespace ra
