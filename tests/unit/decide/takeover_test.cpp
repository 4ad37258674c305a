#include "decide/takeover.h"

#include <array>

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

using namespace std::chrono_literals;

constexpr std::array in_pgpool{"up primary", "up standby", "down standby", "down primary"};
constexpr std::array in_postgresql{"writable 1", "writable 2", "follows 1", "recovers 2", "unreachable", "refuses"};

// Everything has been asked, the delay has passed, and this side is known to be the right one.
TakeoverFacts nothing_in_the_way(TakeoverBy by) {
    TakeoverFacts facts;
    facts.by = by;
    facts.delay = 8s;
    facts.lost_since = 1s;
    facts.now = 9s;
    facts.looked_at = 8s;
    facts.asked_at = 9s;
    facts.other_side = OtherSide{.network_answers = true};
    facts.knows_history = true;
    return facts;
}

bool acts(const TakeoverStep& step) {
    return std::holds_alternative<DetachLost>(step) || std::holds_alternative<RunFailoverCommand>(step) ||
           std::holds_alternative<PromoteServer>(step);
}

RoleFacts lost_primary() {
    auto roles = facts({backend(0, "up primary", "unreachable"), backend(1, "up standby", "follows 1")});
    roles.backends[1].is_on_this_site = true;
    return roles;
}

// What must hold whenever a takeover is begun.
void check_servers(const RoleFacts& roles) {
    bool has_standby_here = false;
    bool has_silent_elsewhere = false;
    for (const auto& backend : roles.backends) {
        CHECK_FALSE(backend.is_writable());
        CHECK((value_of(backend.state) != nullptr || backend.is_silent()));
        has_silent_elsewhere = has_silent_elsewhere || (backend.is_silent() && !backend.is_on_this_site);
        const auto* state = value_of(backend.state);
        if (state == nullptr || !backend.is_on_this_site) continue;
        has_standby_here = has_standby_here || state->in_recovery;
        if (roles.known_history) CHECK(state->timeline >= roles.known_history->timeline);
    }
    CHECK(has_standby_here);
    CHECK(has_silent_elsewhere);
}

}  // namespace

TEST_CASE("whatever the servers say, a takeover never goes past one that may take writes, or to one that is behind") {
    const auto by = GENERATE(TakeoverBy::failover_command, TakeoverBy::pg_promote);
    const auto served = GENERATE(0U, 1U, 2U);
    int begun = 0;
    for (const auto* first : in_pgpool)
        for (const auto* second : in_pgpool)
            for (const auto* remote : in_postgresql)
                for (const auto* local : in_postgresql) {
                    auto roles = facts({backend(0, first, remote), backend(1, second, local)});
                    roles.backends[1].is_on_this_site = true;
                    if (served > 0) roles.known_history = History{0, 1, served};
                    if (!acts(next_takeover_step(roles, nothing_in_the_way(by)))) continue;
                    ++begun;
                    check_servers(roles);
                }
    CHECK(begun > 0);
}

TEST_CASE("a takeover is begun on positive evidence only") {
    struct Row {
        const char* what;
        OtherSide seen;
        bool begins;
    };
    const std::array rows{
        Row{"ping", {.network_answers = true}, true},
        Row{"no ping", {.network_answers = false}, false},
        Row{"nothing", {}, false},
        Row{"majority", {.has_majority = true}, true},
        Row{"majority, no ping", {.has_majority = true, .network_answers = false}, true},
        Row{"never seen", {.was_never_seen = true, .network_answers = true}, false},
        Row{"fenced", {.is_fenced = true}, true},
        Row{"fenced, no ping", {.is_fenced = true, .network_answers = false}, true},
        Row{"fenced, never seen", {.is_fenced = true, .was_never_seen = true}, true},
        Row{"fenced, but another peer", {.peers = {"b"}, .is_fenced = true}, false},
        Row{"peer", {.peers = {"a"}, .has_majority = true, .network_answers = true}, false},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto facts = nothing_in_the_way(TakeoverBy::failover_command);
        facts.other_side = row.seen;
        CHECK(acts(next_takeover_step(lost_primary(), facts)) == row.begins);
    }
}

TEST_CASE("servers and cluster are asked again when the delay is nearly over") {
    auto facts = nothing_in_the_way(TakeoverBy::failover_command);
    facts.looked_at = 1s;
    CHECK(std::holds_alternative<LookBeforeTakeover>(next_takeover_step(lost_primary(), facts)));
    facts.looked_at = 8s;
    facts.asked_at = 4s;
    CHECK(std::holds_alternative<TakeoverQuestion>(next_takeover_step(lost_primary(), facts)));
    facts.now = 4s;
    CHECK(std::holds_alternative<WaitBeforeTakeover>(next_takeover_step(lost_primary(), facts)));
    facts.may_wait = false;
    CHECK(std::holds_alternative<NoTakeover>(next_takeover_step(lost_primary(), facts)));
}

TEST_CASE("a takeover is begun once, and only where it is asked for and the history is known") {
    auto facts = nothing_in_the_way(TakeoverBy::failover_command);
    CHECK(acts(next_takeover_step(lost_primary(), facts)));
    facts.begun_from = 0;
    CHECK_FALSE(acts(next_takeover_step(lost_primary(), facts)));
    facts = nothing_in_the_way(TakeoverBy::nobody);
    CHECK_FALSE(acts(next_takeover_step(lost_primary(), facts)));
    facts = nothing_in_the_way(TakeoverBy::failover_command);
    facts.knows_history = false;
    CHECK_FALSE(acts(next_takeover_step(lost_primary(), facts)));
}

TEST_CASE("the lost server is pgpool's primary, else the one that the standby received from, else the first") {
    auto roles = facts({backend(0, "up standby", "unreachable"), backend(1, "up standby", "follows 1"),
                        backend(2, "up standby", "unreachable")});
    roles.backends[1].is_on_this_site = true;
    const auto lost = [&] { return find_lost_primary(roles).found.value().lost->id; };
    CHECK(lost() == 0);
    auto& standby = std::get<BackendState>(roles.backends[1].state);
    standby.upstream_host = roles.backends[2].host;
    standby.upstream_port = roles.backends[2].port;
    CHECK(lost() == 2);
    std::get<NodeInfo>(roles.backends[0].node).role = NodeRole::primary;
    CHECK(lost() == 0);
}

}  // namespace ra::test
