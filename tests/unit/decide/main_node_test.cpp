#include "decide/main_node.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

bool is_lost(const std::string& words) { return has_lost_main_node({QueryFindings::Answer::refused, words, true}); }

}  // namespace

TEST_CASE("a main node is lost only where it has said nothing when a lower node has answered") {
    const std::string words = "ERROR:  unable to read message kind\nDETAIL:  kind does not match between ";
    CHECK(is_lost(words + "main(0) slot[0] (52)\n"));
    CHECK(is_lost(words + "master(0) slot[0] (52)\n"));  // before version 4.2
    CHECK_FALSE(is_lost(words + "main(52) slot[1] (45)\n"));
    CHECK_FALSE(is_lost(words + "master(45) slot[1] (52)\n"));
    CHECK_FALSE(is_lost("FATAL:  password authentication failed for user \"main(0)\"\n"));
    CHECK_FALSE(is_lost(""));
    CHECK_FALSE(has_lost_main_node({QueryFindings::Answer::silent, words + "main(0) slot[0] (52)", true}));
}

TEST_CASE("pgpool may have lost its main node where that is a standby, and all that it would ask can answer") {
    struct Row {
        const char* what;
        std::vector<BackendView> backends;
        bool may;
    };
    const auto row = GENERATE(values<Row>({
        {"the lowest node is the primary",
         {backend(0, "up primary", "writable 1"), backend(1, "up standby", "follows 1")},
         false},
        {"it is a standby", {backend(0, "up standby", "follows 2"), backend(1, "up primary", "writable 2")}, true},
        {"it waits for its first session",
         {backend(0, "waiting standby", "follows 2"), backend(1, "up primary", "writable 2")},
         true},
        {"it is a standby that is down",
         {backend(0, "down standby", "follows 2"), backend(1, "up primary", "writable 2")},
         false},
        {"the lowest that is up is a standby",
         {backend(0, "down standby", "unreachable"), backend(1, "up standby", "follows 2"),
          backend(2, "up primary", "writable 2")},
         true},
        {"it does not answer",
         {backend(0, "up standby", "unreachable"), backend(1, "up primary", "writable 2")},
         false},
        {"another one does not answer",
         {backend(0, "up standby", "follows 2"), backend(1, "up primary", "unreachable")},
         false},
        {"there is none", {}, false},
    }));
    INFO(row.what);
    CHECK(may_have_lost_main_node(facts(row.backends)) == row.may);
}

TEST_CASE("without an answer of PCP no main node is in doubt") {
    auto seen = facts({backend(0, "up standby", "follows 2"), backend(1, "up primary", "writable 2")});
    for (auto& view : seen.backends) view.node = NotAsked{};
    CHECK_FALSE(may_have_lost_main_node(seen));
}

}  // namespace ra::test
