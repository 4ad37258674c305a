#pragma once

#include <vector>

#include "decide/explanation.h"

namespace ra {

// What monitor, start, stop and promote would do now, and why: the same decisions that they make.
[[nodiscard]] std::vector<Forecast> forecast(const Situation& situation, const Classification& now);

}  // namespace ra
