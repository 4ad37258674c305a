#include "base/text.h"

#include <algorithm>
#include <array>
#include <string>

#include "tests/fuzz/target.h"

namespace ra::fuzz {

namespace {

bool is_printable(std::string_view line) {
    return std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_one_line(std::string_view input) {
    for (const std::size_t limit : {0U, 1U, 2U, 3U, 4U, 20U, 128U, 4096U}) {
        const auto line = one_line(input, limit);
        demand(line.size() <= limit, "one_line() keeps its limit");
        demand(is_printable(line), "one_line() leaves no control character");
        demand(line.find("  ") == std::string::npos && trim(line) == line, "one_line() leaves no blank too many");
        demand(one_line(line, limit) == line, "one_line() has nothing to do with its own answer");
    }
}

void check_split(std::string_view input) {
    std::string joined;
    for (const auto part : split(input, ',')) joined.append(part).append(",");
    joined.pop_back();
    demand(joined == input, "the parts and the separators between them are the text");
    std::string words;
    for (const auto word : split_words(input)) {
        demand(!word.empty() && trim(word) == word, "a word has no blanks and is not empty");
        words.append(word);
    }
    std::string without_blanks;
    std::ranges::copy_if(input, std::back_inserter(without_blanks),
                         [](char c) { return std::string_view(" \t\r\n\f\v").find(c) == std::string_view::npos; });
    demand(words == without_blanks, "the words are the text without its blanks");
}

void check_numbers(std::string_view input) {
    if (const auto number = parse_number<int>(input))
        demand(parse_number<int>(std::to_string(*number)) == number, "a number is read again as it is written");
    using namespace std::chrono_literals;
    constexpr std::array units{DurationUnit{"", 1s}, DurationUnit{"ms", 1ms}, DurationUnit{"d", 24h}};
    if (const auto duration = parse_duration(input, units)) {
        demand(*duration >= 0ms, "a time is not below zero");
        demand(input.front() >= '0' && input.front() <= '9', "a time begins with a digit");
    }
}

}  // namespace

void check(std::string_view input) {
    check_one_line(input);
    check_split(input);
    check_numbers(input);
}

}  // namespace ra::fuzz
