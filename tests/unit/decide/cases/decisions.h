#pragma once

#include <string_view>

#include "tests/unit/decide/cases/world.h"

namespace ra::cases {

// A decision that files of cases are about.
struct Decision {
    std::string_view name;  // of the file, without ".txt"
    std::vector<Phrases> vocabulary;
    Lines (*follow)(const World& begin);  // what is decided, to the end
};

// Null if there is none of that name.
[[nodiscard]] const Decision* find_decision(std::string_view name);

}  // namespace ra::cases
