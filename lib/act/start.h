#pragma once

#include "act/operation.h"
#include "ocf/exit_code.h"

namespace ra {

// Success when pgpool runs as a whole and a client is accepted; a pgpool that runs already is adopted as it is. What is
// left of an earlier one is ended first. A start that fails leaves nothing of its own running, and says why in pgpool's
// words.
[[nodiscard]] Outcome start(const Operation& operation);

}  // namespace ra
