#include "decide/accept_history.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

using Catch::Contains;

namespace {

HistoryOffer offer(std::vector<BackendView> backends, std::optional<History> served) {
    auto seen = facts(std::move(backends));
    seen.known_history = served;
    return offer_history(seen);
}

}  // namespace

TEST_CASE("a person who accepts an overtaken server is told what is given up, and the history after it counts") {
    const auto told = offer({backend(0, "", "writable 1"), backend(1, "", "unreachable")}, History{3, 1, 2});
    CHECK_THAT(told.text, Contains("served last: timeline 2 of database system 1\n"));
    CHECK_THAT(told.text, Contains("writable:    node 0 (10.0.0.1:5432) on timeline 1 of database system 1\n"));
    CHECK_THAT(told.text, Contains("GIVES UP everything that was confirmed on timeline 2 of database system 1\n"));
    REQUIRE(told.to_accept);
    CHECK(newer_of(History{3, 1, 2}, told.to_accept) == History{4, 1, 1});
}

TEST_CASE("nothing is accepted that needs no acceptance, or that cannot be told") {
    const History served{0, 1, 2};
    CHECK_FALSE(offer({backend(0, "", "writable 2")}, served).to_accept);
    CHECK_FALSE(offer({backend(0, "", "follows 1")}, served).to_accept);
    CHECK_FALSE(offer({backend(0, "", "writable 1"), backend(1, "", "writable 2")}, served).to_accept);
    CHECK_FALSE(offer({backend(0, "", "writable 1")}, {}).to_accept);
    CHECK(offer({backend(0, "", "alien writable 1")}, served).to_accept == History{1, 2, 1});
}

}  // namespace ra::test
