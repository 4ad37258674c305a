#include "decide/yield.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

using Names = std::vector<std::string>;
using Ranks = std::map<std::string, int>;

YieldFacts overtaken_on_a(Observed<Names> active_nodes = NotAsked{}) {
    YieldFacts facts;
    facts.overtaken = "node 0 was overtaken";
    facts.rivals.node = std::string("a");
    facts.rivals.active_nodes = std::move(active_nodes);
    return facts;
}

bool stays(const YieldFacts& facts) { return std::holds_alternative<Stay>(next_yield_step(facts)); }

}  // namespace

TEST_CASE("a history is overtaken if its primary is writable beside a newer one") {
    struct Case {
        const char* name;
        std::vector<BackendView> backends;
        std::optional<std::uint32_t> last_served;
        bool expected;
    };
    const Case cases[] = {
        {"the cut side, just reconnected",
         {backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")},
         1,
         true},
        {"the same, looked at for the first time",
         {backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")},
         std::nullopt,
         true},
        {"the cut side, aligned before the cluster met",
         {backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")},
         1,
         true},
        {"the side that took over",
         {backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")},
         2,
         false},
        {"the side that took over, its role still stale",
         {backend(0, "down standby", "writable 1"), backend(1, "up standby", "writable 2")},
         std::nullopt,
         false},
        {"an ordinary failover: the old primary is dead",
         {backend(0, "up primary", "unreachable"), backend(1, "up standby", "writable 2")},
         1,
         false},
        {"an ordinary switchover: the old primary follows",
         {backend(0, "up primary", "follows 2"), backend(1, "up standby", "writable 2")},
         1,
         false},
        {"one timeline number for both: nobody knows which is newer",
         {backend(0, "up primary", "writable 2"), backend(1, "down standby", "writable 2")},
         2,
         false},
        {"another system",
         {backend(0, "up primary", "writable 1"), backend(1, "down standby", "alien writable 2")},
         1,
         false},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        CHECK(find_overtaken(facts(c.backends), c.last_served).has_value() == c.expected);
    }
}

TEST_CASE("what was overtaken is told with both nodes and timelines") {
    const auto seen = facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")});
    CHECK(find_overtaken(seen, std::nullopt) ==
          "node 0 (10.0.0.1:5432) on timeline 1 was overtaken by node 1 (10.0.0.2:5432) on timeline 2");
}

TEST_CASE("the served timeline is that of the primary that pgpool has attached") {
    CHECK(served_timeline(facts({backend(0, "up primary", "writable 3")})) == 3);
    CHECK(served_timeline(facts({backend(0, "down primary", "writable 3")})) == std::nullopt);
    CHECK(served_timeline(facts({backend(0, "up standby", "writable 3")})) == std::nullopt);
    CHECK(served_timeline(facts({backend(0, "up primary", "unreachable")})) == std::nullopt);
}

TEST_CASE("the overtaken side asks where the resource is active before it yields") {
    CHECK(std::get<RivalQuestion>(next_yield_step(overtaken_on_a())) == RivalQuestion::active_nodes);
    const auto step = next_yield_step(overtaken_on_a(Names{"c", "a"}));
    REQUIRE(std::holds_alternative<Yield>(step));
    CHECK(std::get<Yield>(step).because == "yielded to c: node 0 was overtaken");
}

TEST_CASE("nobody yields without positive proof") {
    CHECK(stays(overtaken_on_a(Names{"a"})));
    CHECK(stays(overtaken_on_a(Names{"c"})));
    CHECK(stays(overtaken_on_a(Names{})));
    CHECK(stays(overtaken_on_a(Error{"no answer in time"})));
    auto facts = overtaken_on_a(Names{"a", "c"});
    facts.rivals.node = Error{"no answer in time"};
    CHECK(stays(facts));
    CHECK(stays(YieldFacts{}));
}

TEST_CASE("a clone, and the host of the newest primary, never yield") {
    auto facts = overtaken_on_a(Names{"a", "c"});
    facts.is_clone = true;
    CHECK(stays(facts));
    facts = overtaken_on_a(Names{"a", "c"});
    facts.primary_is_here = true;
    CHECK(stays(facts));
}

TEST_CASE("after a cut without a new primary the higher rank stays") {
    struct Case {
        const char* name;
        const char* node;
        std::optional<int> rank;
        Observed<Ranks> published;
        Observed<Names> active;
        bool yields;
    };
    const Names both{"a", "c"};
    const Case cases[] = {
        {"the other side has the primary", "c", 1000, Ranks{{"a", 1500}, {"c", 1000}}, both, true},
        {"the primary is elsewhere, and we rank higher", "c", 2000, Ranks{{"a", 1000}}, both, false},
        {"our own old rank counts for nothing", "c", 1000, Ranks{{"c", 1500}}, both, false},
        {"equal ranks: the first name stays", "a", 1000, Ranks{{"a", 1000}, {"c", 1000}}, both, false},
        {"equal ranks: the second name yields", "c", 1000, Ranks{{"a", 1000}, {"c", 1000}}, both, true},
        {"the other rank is of a pgpool that is not active", "c", 1000, Ranks{{"a", 1500}}, Names{"c"}, false},
        {"no rank elsewhere", "c", 1000, Ranks{}, both, false},
        {"ranks cannot be asked", "c", 1000, Error{"no answer in time"}, both, false},
        {"our rank is not known", "c", std::nullopt, Ranks{{"a", 1500}}, both, false},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        YieldFacts facts;
        facts.knows_primary = true;
        facts.rivals.node = std::string(c.node);
        facts.rank = c.rank;
        facts.rivals.published_ranks = c.published;
        facts.rivals.active_nodes = c.active;
        CHECK(stays(facts) == !c.yields);
    }
}

TEST_CASE("of two active pgpool never both yield, and never neither") {
    for (const int rank_on_a : {1000, 1500, 2000, 2500})
        for (const int rank_on_c : {1000, 1500, 2000, 2500}) {
            CAPTURE(rank_on_a, rank_on_c);
            const auto yields = [&](const char* node, int rank) {
                YieldFacts facts;
                facts.knows_primary = true;
                facts.rivals.node = std::string(node);
                facts.rank = rank;
                facts.rivals.published_ranks = Ranks{{"a", rank_on_a}, {"c", rank_on_c}};
                facts.rivals.active_nodes = Names{"a", "c"};
                return std::holds_alternative<Yield>(next_yield_step(facts));
            };
            CHECK(yields("a", rank_on_a) != yields("c", rank_on_c));
        }
}

TEST_CASE("two servers on one timeline are never ordered by the names of their nodes") {
    YieldFacts facts;
    facts.rank = 1500;
    facts.rivals = {std::string("c"), Ranks{{"a", 1500}, {"c", 1500}}, Names{"a", "c"}};
    CHECK(stays(facts));
    facts.knows_primary = true;
    CHECK_FALSE(stays(facts));
}

TEST_CASE("the rank of a node where the resource is not active counts for nothing") {
    YieldFacts facts;
    facts.rank = 1000;
    facts.rivals = {std::string("c"), Ranks{{"a", 1500}, {"b", 9000}, {"c", 1000}}, Names{"a", "c"}};
    const auto step = next_yield_step(facts);
    REQUIRE(std::holds_alternative<Yield>(step));
    CHECK_THAT(std::get<Yield>(step).because, Catch::StartsWith("yielded to a"));
}

TEST_CASE("an unanswered PCP gives no rank, a primary that pgpool does not use gives the lowest one") {
    auto seen = facts({backend(0, "up standby", "follows 2"), backend(1, "up standby", "writable 2")});
    CHECK(yield_facts(seen, {}, false, {}).rank == 0);
    seen.pcp_timed_out = true;
    CHECK(yield_facts(seen, {}, false, {}).rank == std::nullopt);
}

TEST_CASE("ranks are asked before Pacemaker is asked where the resource is active") {
    YieldFacts facts;
    facts.rivals.node = std::string("a");
    facts.rank = 1000;
    CHECK(std::get<RivalQuestion>(next_yield_step(facts)) == RivalQuestion::ranks);
    facts.rivals.published_ranks = Ranks{{"c", 2000}};
    CHECK(std::get<RivalQuestion>(next_yield_step(facts)) == RivalQuestion::active_nodes);
}

}  // namespace ra::test
