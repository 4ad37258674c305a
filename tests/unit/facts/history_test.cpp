#include "facts/history.h"

#include "tests/support/catch.h"

namespace ra {

TEST_CASE("of two histories the higher timeline counts, unless a person has given it up") {
    const History first{0, 1, 1};
    const History second{0, 1, 2};
    CHECK(newer_of(first, second) == second);
    CHECK(newer_of(second, first) == second);
    CHECK(newer_of({}, first) == first);
    CHECK(newer_of(first, {}) == first);
    CHECK_FALSE(newer_of({}, {}));
    const History accepted{1, 1, 1};
    CHECK(newer_of(second, accepted) == accepted);
    CHECK(newer_of(accepted, second) == accepted);
}

TEST_CASE("what was left behind orders nothing") {
    const History alone{0, 1, 2, {1}};
    const History followed{0, 1, 2};
    CHECK(alone.is_same_as(followed));
    CHECK_FALSE(alone.is_same_as(History{0, 1, 3, {1}}));
    CHECK(newer_of(alone, followed) == alone);
    CHECK(newer_of(followed, alone) == followed);
}

TEST_CASE("histories of two systems are not ordered") {
    const History ours{0, 1, 1};
    const History other{0, 2, 9};
    CHECK(newer_of(ours, other) == ours);
    CHECK(newer_of(other, ours) == other);
}

TEST_CASE("a history is read as it was written, and from nothing else") {
    const History history{3, 18446744073709551615U, 4294967295U};
    CHECK(parse_history(to_text(history)) == history);
    const History with_nodes{3, 7, 2, {1, 12}};
    CHECK(to_text(with_nodes) == "3.7.2.1,12");
    CHECK(parse_history(to_text(with_nodes)) == with_nodes);
    for (const auto* text : {"", "1", "1.2", "1.2.3.", "1.2.3.a", "1.2.3.1,", "1.2.3.-1", "1.2.3.4.5", "a.b.c", "1.2.0",
                             "-1.2.3", "1.2.3 "}) {
        INFO(text);
        CHECK_FALSE(parse_history(text));
    }
}

}  // namespace ra
