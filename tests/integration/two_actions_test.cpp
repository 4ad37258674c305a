#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/pgpool.h"

namespace ra::test {

namespace {

bool is_one_of(int code, std::initializer_list<ExitCode> expected) {
    return std::ranges::any_of(expected, [code](ExitCode e) { return static_cast<int>(e) == code; });
}

}  // namespace

TEST_CASE("two starts at once end with one pgpool, and both succeed") {
    Pgpool pgpool;
    for (int round = 0; round < 3; ++round) {
        auto first = pgpool.begin("start");
        auto second = pgpool.begin("start");
        CHECK(first.wait().exit_code == 0);
        CHECK(second.wait().exit_code == 0);
        const auto main = pgpool.main();
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        CHECK(pgpool.accepts_clients());
        CHECK(pgpool.main() == main);
        pgpool.stop();
    }
}

TEST_CASE("a start and a stop at once end with one pgpool or none") {
    Pgpool pgpool;
    for (int round = 0; round < 3; ++round) {
        auto start = pgpool.begin("start");
        auto stop = pgpool.begin("stop");
        CHECK(stop.wait().exit_code == 0);
        CHECK(is_one_of(start.wait().exit_code, {ExitCode::success, ExitCode::generic_error}));
        const auto monitor = pgpool.act("monitor").code;
        CHECK(is_one_of(static_cast<int>(monitor), {ExitCode::success, ExitCode::not_running}));
        if (monitor == ExitCode::success) CHECK(pgpool.accepts_clients());
        pgpool.stop();
    }
}

}  // namespace ra::test
