#include "base/deadline.h"

#include "tests/support/catch.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

TEST_CASE("a deadline that is over has nothing left") {
    const auto deadline = Deadline::in(-1s);
    CHECK(deadline.passed());
    CHECK(deadline.remaining() == 0ms);
}

TEST_CASE("the nearer of two deadlines counts") {
    const auto deadline = Deadline::in(1h);
    CHECK(deadline.but_within(1min).remaining() <= 1min);
    CHECK(deadline.but_within(2h).remaining() <= 1h);
    CHECK(deadline.but_within(2h).remaining() > 59min);
    CHECK(deadline.but_within(-1s).passed());
}

TEST_CASE("a deadline beyond every clock is not over at once") {
    CHECK_FALSE(Deadline::in(Milliseconds::max()).passed());
    CHECK_FALSE(Deadline::in(1h).but_within(Milliseconds::max()).passed());
}

}  // namespace

}  // namespace ra
