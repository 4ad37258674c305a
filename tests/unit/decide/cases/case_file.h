#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ra::cases {

using Lines = std::vector<std::string>;

// One case: a sentence, the state, and what is decided about it.
struct Case {
    std::string name;
    std::size_t line = 0;  // of the name in the file; the state follows it
    Lines state{};
    Lines output{};
};

// A file of cases: "# name", lines of state, "----", lines of output, a blank line. It is an error if there is no case
// in it, or anything else.
[[nodiscard]] Result<std::vector<Case>> read_cases(const std::filesystem::path& file);

[[nodiscard]] Status write_cases(const std::filesystem::path& file, const std::vector<Case>& cases);

// The lines of both, each after " ", "-" (only expected) or "+" (only found).
[[nodiscard]] Lines compare(const Lines& expected, const Lines& found);

}  // namespace ra::cases
