#include "decide/isolation.h"

#include "tests/support/catch.h"

namespace ra::test {

namespace {

using Names = std::vector<std::string>;

IsolationFacts reported(Observed<int> reachable, Observed<Names> members = NotAsked{},
                        Observed<Names> backends = NotAsked{}) {
    return {.reachable = std::move(reachable),
            .members = std::move(members),
            .remote_backends_that_answer = std::move(backends)};
}

// Where ping asks the nodes of the cluster too.
IsolationFacts facts_with_nodes(int reachable) {
    auto seen = reported(reachable);
    seen.needed = 2;
    return seen;
}

const Error unknown{"no answer in time"};

std::string verdict(const IsolationFacts& facts) {
    struct Name {
        std::string operator()(IsolationQuestion question) const {
            switch (question) {
                case IsolationQuestion::reachability: return "ask for reachability";
                case IsolationQuestion::members: return "ask for members";
                case IsolationQuestion::remote_backends: return "ask remote backends";
            }
            return "";
        }
        std::string operator()(const Connected&) const { return "connected"; }
        std::string operator()(const Isolated&) const { return "isolated"; }
    };
    return std::visit(Name{}, next_isolation_step(facts));
}

}  // namespace

TEST_CASE("a node is isolated only if ping, membership and backends all say so") {
    struct Case {
        const char* name;
        IsolationFacts seen;
        const char* expected;
    };
    const Case cases[] = {
        {"nothing is known yet", {}, "ask for reachability"},
        {"ping answers", reported(1000), "connected"},
        {"one of the hosts that are pinged answers", reported(1), "connected"},
        {"only this node itself answers to ping", facts_with_nodes(1), "ask for members"},
        {"this node and another one answer to ping", facts_with_nodes(2), "connected"},
        {"the attribute cannot be read", reported(unknown), "connected"},
        {"ping is silent", reported(0), "ask for members"},
        {"ping is silent, a peer is there", reported(0, Names{"a", "c"}), "connected"},
        {"ping is silent, the membership cannot be read", reported(0, unknown), "connected"},
        {"ping is silent, in no partition at all", reported(0, Names{}), "connected"},
        {"ping is silent, alone", reported(0, Names{"a"}), "ask remote backends"},
        {"ping is silent, alone, a backend answers", reported(0, Names{"a"}, Names{"node 1 (c:5432)"}), "connected"},
        {"ping is silent, alone, backends cannot be asked", reported(0, Names{"a"}, unknown), "connected"},
        {"ping is silent, alone, no backend answers", reported(0, Names{"a"}, Names{}), "isolated"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        CHECK(verdict(c.seen) == c.expected);
    }
}

TEST_CASE("a healthy node whose peer has died is never isolated") {
    for (const auto& members : {Observed<Names>(Names{"c"}), Observed<Names>(unknown), Observed<Names>(NotAsked{})})
        for (const auto& backends : {Observed<Names>(Names{}), Observed<Names>(unknown), Observed<Names>(NotAsked{})})
            CHECK(verdict(reported(1000, members, backends)) == "connected");
}

}  // namespace ra::test
