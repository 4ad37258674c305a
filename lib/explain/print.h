#pragma once

#include <string>

#include "explain/explanation.h"

namespace ra {

// One screen for a person.
[[nodiscard]] std::string to_text(const Explanation& explanation);

// The same for a program: one object; a value that is not known is null.
[[nodiscard]] std::string to_json(const Explanation& explanation);

}  // namespace ra
