#include "pgpool/startup_error.h"

#include "tests/support/catch.h"

namespace ra {

namespace {

using namespace std::string_literals;

TEST_CASE("the last words are the reason that pgpool gave") {
    struct Row {
        const char* what;
        std::string log, words;
    };
    const std::vector<Row> rows{
        {"nothing was written", "", ""},
        {"only blank lines", "\n \n\t\n", ""},
        {"no known severity", "pgpool: not found\n", "pgpool: not found"},
        {"the last of several plain lines", "one\ntwo\n\n", "two"},
        {"a failure in front of later lines", "main pid 7: FATAL:  no port\nmain pid 7: LOG:  shutting down\n",
         "no port"},
        {"a failure with its detail", "x: FATAL:  bind failed\nx: DETAIL:  in use\n", "bind failed: in use"},
        {"the last of several failures", "x: ERROR:  first\nx: FATAL:  second\n", "second"},
        {"a detail of another message", "x: FATAL:  first\nx: LOG:  other\nx: DETAIL:  of the other\n", "first"},
        {"a second detail", "x: FATAL:  a\nx: DETAIL:  b\nx: DETAIL:  c\n", "a: b"},
        {"a panic", "x: PANIC:  lost\n", "lost"},
        {"a prefix of any kind", "2026-01-01 [7] \"user\" FATAL:  \"quoted\"  \r\n", "\"quoted\""},
        {"a line that was cut", "x: FATAL:  no ne", "no ne"},
        {"a failure without words", "x: FATAL:  \n", "x: FATAL:"},
        {"NUL bytes", "x: FATAL:  a\0b\n"s, "a\0b"s},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(startup_error(row.log) == row.words);
    }
}

TEST_CASE("only what a process ends with is fatal") {
    struct Row {
        const char* what;
        std::string log, words;
    };
    const std::vector<Row> rows{
        {"nothing was written", "", ""},
        {"no known severity", "pgpool: not found\n", ""},
        {"an error", "x: ERROR:  first\nx: DETAIL:  of it\n", ""},
        {"an error behind it", "x: FATAL:  bind failed\nx: DETAIL:  in use\nx: ERROR:  later\n", "bind failed: in use"},
        {"the last of several", "x: FATAL:  first\nx: PANIC:  second\nx: LOG:  ends\n", "second"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(fatal_error(row.log) == row.words);
    }
}

}  // namespace

}  // namespace ra
