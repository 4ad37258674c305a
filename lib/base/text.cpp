#include "base/text.h"

#include <algorithm>

namespace ra {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

// Where the character of UTF-8 begins that the byte `at` belongs to.
std::size_t start_of_character(std::string_view text, std::size_t at) {
    const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U; };
    constexpr std::size_t longest = 4;
    auto start = at;
    while (start > 0 && at - start < longest && continues(start)) --start;
    return continues(start) ? at : start;
}

}  // namespace

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (auto start = text.find_first_not_of(blanks); start != std::string_view::npos;
         start = text.find_first_not_of(blanks)) {
        text.remove_prefix(start);
        const auto length = std::min(text.find_first_of(blanks), text.size());
        words.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return words;
}

bool is_true(std::string_view text) {
    return text == "true" || text == "yes" || text == "on" || text == "y" || text == "1";
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text, std::span<const DurationUnit> units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number<int>(text.substr(0, digits));
    const auto unit = std::ranges::find(units, trim(text.substr(digits)), &DurationUnit::name);
    if (!number || unit == units.end()) return std::nullopt;
    return *number * unit->length;
}

std::string one_line(std::string_view text, std::size_t limit) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool blank = byte <= 0x20 || byte == 0x7f;
        if (!blank) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (!line.empty() && line.back() == ' ') line.pop_back();
    constexpr std::string_view ellipsis = "...";
    if (line.size() <= limit) return line;
    line.resize(start_of_character(line, limit - std::min(limit, ellipsis.size())));
    return line.append(ellipsis.substr(0, limit));
}

}  // namespace ra
