#include "base/text.h"

#include <array>
#include <cstdint>

#include "tests/support/catch.h"

namespace ra {

namespace {

using namespace std::string_view_literals;

TEST_CASE("a number is the whole text or none") {
    CHECK(parse_number<int>("42") == 42);
    CHECK(parse_number<int>("-42") == -42);
    CHECK(parse_number<std::uint16_t>("65535") == 65535);
    CHECK(parse_number<std::uint16_t>("FFFF", 16) == 65535);
    for (const auto* text : {"", " ", " 42", "42 ", "+42", "4 2", "42x", "0x2A", "4.2", "--4"}) {
        INFO("text: '" << text << "'");
        CHECK(parse_number<int>(text) == std::nullopt);
    }
    CHECK(parse_number<int>("42\0"sv) == std::nullopt);
}

TEST_CASE("a number that does not fit is none") {
    CHECK(parse_number<std::uint16_t>("65536") == std::nullopt);
    CHECK(parse_number<std::uint16_t>("-1") == std::nullopt);
    CHECK(parse_number<int>("2147483648") == std::nullopt);
    CHECK(parse_number<std::uint64_t>("18446744073709551616") == std::nullopt);
    CHECK(parse_number<long>(std::string(100000, '9')) == std::nullopt);
}

TEST_CASE("trim takes blanks from both ends only") {
    CHECK(trim(" \t\r\n\f\va b\n") == "a b");
    CHECK(trim("").empty());
    CHECK(trim(" \n ").empty());
}

TEST_CASE("split keeps empty parts") {
    using Parts = std::vector<std::string_view>;
    CHECK(split("", ',') == Parts{""});
    CHECK(split("a", ',') == Parts{"a"});
    CHECK(split(",a,,b,", ',') == Parts{"", "a", "", "b", ""});
}

TEST_CASE("split_words leaves empty words out") {
    using Words = std::vector<std::string_view>;
    CHECK(split_words("").empty());
    CHECK(split_words(" \t\n").empty());
    CHECK(split_words("  a\t\tb\nc ") == Words{"a", "b", "c"});
}

TEST_CASE("one_line is one printable line") {
    CHECK(one_line("a\nb", 100) == "a b");
    CHECK(one_line("\r\n  a \t b\x7f\n\n", 100) == "a b");
    CHECK(one_line("a\0\x1b[31mb"sv, 100) == "a [31mb");
    CHECK(one_line("\n\n", 100).empty());
    CHECK(one_line("größer", 100) == "größer");
}

TEST_CASE("one_line never exceeds its limit and says that it has cut") {
    const std::string text(200, 'x');
    CHECK(one_line(text, 200) == text);
    CHECK(one_line(text, 199) == std::string(196, 'x') + "...");
    for (std::size_t limit = 0; limit < 10; ++limit) CHECK(one_line(text, limit).size() == limit);
}

TEST_CASE("one_line cuts before a character of UTF-8, not in it") {
    CHECK(one_line("ab\u00fccd\u00fc", 7) == "ab\u00fc...");
    CHECK(one_line("ab\u00fccd\u00fc", 6) == "ab...");
    CHECK(one_line("\u65e5\u672c\u8a9e", 8) == "\u65e5...");
    CHECK(one_line("\xff\xff\xff\xff\xff\xff", 5) == "\xff\xff...");
}

TEST_CASE("a duration is a number and one of the units") {
    using namespace std::chrono_literals;
    constexpr std::array units{DurationUnit{"", 1s}, DurationUnit{"min", 1min}};
    CHECK(parse_duration("20", units) == 20s);
    CHECK(parse_duration("2 min", units) == 120s);
    for (const auto* text : {"", "min", "2h", "-1", "1.5", "99999999999"}) CHECK_FALSE(parse_duration(text, units));
}

}  // namespace

}  // namespace ra
