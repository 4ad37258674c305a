#pragma once

#include <string_view>
#include <utility>

namespace ra::fuzz {

// What a target does with one input, whatever its bytes: it has it read, and demands what must hold of the answer. Each
// target is a program that defines it.
void check(std::string_view input);

// Ends the program with a word about why, if what must hold does not: that is a finding.
void demand(bool holds, std::string_view what);

// The first line of an input, for what a parser is told besides the bytes, and what is behind it.
[[nodiscard]] std::pair<std::string_view, std::string_view> cut_first_line(std::string_view input);

}  // namespace ra::fuzz
