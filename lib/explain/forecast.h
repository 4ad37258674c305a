#pragma once

#include <vector>

#include "explain/explanation.h"

namespace ra {

// What monitor, start, stop and promote would do now, and why: the decisions that they make, asked with what is known,
// up to the first one that has an effect.
[[nodiscard]] std::vector<Forecast> forecast(const Diagnosis& diagnosis);

}  // namespace ra
