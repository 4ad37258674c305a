#include "state/rate_limit.h"

#include "os/boot_clock.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra::test {

using namespace std::chrono_literals;

TEST_CASE("a turn is given once in an interval, and to one at a time") {
    const TemporaryDirectory directory;
    const auto folder = directory.path() / "state";
    {
        const auto first = claim_turn(folder, "unblock", 60s);
        REQUIRE(first);
        CHECK_FALSE(claim_turn(folder, "unblock", 0s));
    }
    const auto early = claim_turn(folder, "unblock", 60s);
    REQUIRE_FALSE(early);
    CHECK(early.error().number == EAGAIN);
    CHECK(claim_turn(folder, "other", 60s));
    CHECK(claim_turn(folder, "unblock", 0s));
}

TEST_CASE("a turn of an earlier boot keeps nobody waiting") {
    const TemporaryDirectory directory;
    const auto folder = directory.path() / "state";
    REQUIRE(claim_turn(folder, "unblock", 60s));
    const auto later = seconds_since_boot() + 1h;
    directory.write("state/unblock", std::to_string(later.count()));
    CHECK(claim_turn(folder, "unblock", 60s));
    CHECK_FALSE(claim_turn(folder, "unblock", 60s));
}

}  // namespace ra::test
