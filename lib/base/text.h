#pragma once

#include <charconv>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ra {

// The whole of `text` as a decimal number; nothing for an empty text, other characters or an overflow.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number, base);
    if (text.empty() || failure != std::errc{} || stop != end) return std::nullopt;
    return number;
}

[[nodiscard]] std::string_view trim(std::string_view text);

// The parts between separators, empty ones included; "" gives one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// Words between blanks; empty ones are left out.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

// What Pacemaker takes for true: true, yes, on, y, 1.
[[nodiscard]] bool is_true(std::string_view text);

struct DurationUnit {
    std::string_view name;  // "" is the unit of a number alone
    std::chrono::milliseconds length;
};

// A whole number and one of `units` behind it; nothing for anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text,
                                                                      std::span<const DurationUnit> units);

// One printable line for a log or an exit reason: control characters become blanks, blanks are trimmed and not
// repeated, and what is over `limit` bytes is cut, before a character of UTF-8 rather than in it, and ends in "...".
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit);

}  // namespace ra
