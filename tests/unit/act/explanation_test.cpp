#include <catch2/catch.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

#include "act/print_explanation.h"
#include "base/files.h"
#include "tests/unit/decide/role_facts.h"
#include "tests/unit/decide/scene.h"

// What explain tells in each state of a cut, a takeover and a reconnect: the expected screens are the files beside this
// one.

namespace {

using namespace ra;
using namespace std::chrono_literals;
using test::backend;

ClusterConfiguration configured_group() {
    ConfiguredResource resource;
    resource.id = "pgpool";
    resource.group = "service";
    resource.other_members = {"companion"};
    resource.meta = {{"multiple-active", "block"}, {"failure-timeout", "60s"}};
    resource.has_role_monitor = true;
    return {true, "3.16.1", {resource}, false};
}

ClusterStatus active_on(std::vector<std::string> nodes) {
    ClusterStatus status;
    status.online = {"a", "c"};
    status.has_quorum = true;
    for (auto& node : nodes) status.active.push_back({std::move(node), "Started"});
    return status;
}

// Two servers with 4 kB of WAL between them, and the upstream as PostgreSQL names it.
Situation with_positions(Situation situation) {
    std::uint64_t position = 0x4001000;
    for (auto& view : situation.roles.backends) {
        auto* state = std::get_if<BackendState>(&view.state);
        if (state == nullptr) continue;
        state->position = position;
        if (state->streaming) state->upstream_host = "10.0.0.2";
        if (state->streaming) state->upstream_port = 5432;
        position += 0x1000;
    }
    return situation;
}

// pgpool on c is healthy, alone and recommended: what goes wrong is added to it.
Situation healthy() {
    Situation situation;
    situation.resource = "pgpool";
    situation.node = "c";
    situation.parameters_from = "from the cluster";
    situation.parameters.promote_wait = 20s;
    situation.parameters.isolation_grace = 5s;
    situation.parameters.isolation_attribute = "pingd";
    situation.parameters.yield_with = {"companion"};
    situation.isolation.reachable = 1;
    situation.instance = scene::instance;
    situation.seen = scene::pgpool_runs();
    situation.seen.record = scene::record();
    situation.since_boot = 3611s;
    situation.settings = PgpoolSettings{2, 60s, false, {"localhost"}};
    situation.roles = test::facts({backend(0, "up standby", "follows 2"), backend(1, "up primary", "writable 2")});
    situation.own_addresses = {"10.0.0.2"};
    situation.configuration = configured_group();
    situation.status = active_on({"c"});
    situation.votes = Votes{true, true};
    return situation;
}

void without_pcp(Situation& situation) {
    situation.roles.pcp_failure = "pgpool does not serve";
    for (auto& view : situation.roles.backends) view.node = NotAsked{};
}

Situation stale_role() {
    auto situation = healthy();
    situation.roles = test::facts({backend(0, "down standby", "unreachable"), backend(1, "up standby", "writable 2")});
    situation.settings->search_primary_node_timeout = 1s;
    return situation;
}

Situation split_brain() {
    auto situation = healthy();
    situation.roles = test::facts({backend(0, "up primary", "writable 2"), backend(1, "up standby", "writable 2")});
    return situation;
}

Situation lost_main_node() {
    auto situation = healthy();
    situation.query = QueryFindings{QueryFindings::Answer::lost_main_node,
                                    "DETAIL: kind does not match between main(0) slot[0] (52)", true};
    return situation;
}

Situation orphans() {
    auto situation = healthy();
    scene::end_main(situation.seen);
    without_pcp(situation);
    return situation;
}

// Seen on a, after the reconnect: it served timeline 1, and c was promoted meanwhile.
Situation blocked() {
    auto situation = healthy();
    situation.node = "a";
    situation.own_addresses = {"10.0.0.1"};
    situation.parameters.isolation_attribute.clear();
    situation.parameters.yield_with.clear();
    situation.isolation = {};
    situation.roles = test::facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")});
    auto status = active_on({"a", "c"});
    status.is_blocked = true;
    status.attributes = {{"a", {{"pgpool-rank-pgpool", "1500"}}},
                         {"c", {{"pgpool-rank-pgpool", "2500"}, {"other", "1"}}}};
    situation.status = status;
    YieldFacts yield;
    yield.overtaken = "node 0 (10.0.0.1:5432) on timeline 1 was overtaken by node 1 (10.0.0.2:5432) on timeline 2";
    yield.node = std::string("a");
    yield.active_nodes = std::vector<std::string>{"a", "c"};
    situation.yield = yield;
    situation.seen.record->overtaken = yield.overtaken;
    return situation;
}

Situation isolated() {
    auto situation = healthy();
    situation.isolation.reachable = 0;
    situation.isolation.members = std::vector<std::string>{"c"};
    situation.isolation.remote_backends_that_answer = std::vector<std::string>();
    situation.roles = test::facts({backend(0, "up standby", "unreachable"), backend(1, "up primary", "writable 2")});
    auto status = active_on({"c"});
    status.online = {"c"};
    status.offline = {"a"};
    status.attributes = {{"c", {{"pingd", "0"}}}};
    situation.status = status;
    return situation;
}

// No cluster runs, no pgpool runs, and somebody else has its port.
Situation foreign() {
    auto situation = healthy();
    situation.seen = scene::nothing_runs();
    scene::add_stranger_on_port(situation.seen);
    situation.node.clear();
    situation.parameters_from = "from the environment, because the cluster cannot be asked";
    situation.configuration = Error{"'/usr/sbin/cibadmin' ended with exit status 102", 0};
    situation.status = NotAsked{};
    situation.votes = NotAsked{};
    without_pcp(situation);
    return situation;
}

struct Case {
    const char* file;
    Situation (*situation)();
};

}  // namespace

TEST_CASE("explain tells each state of an incident on one screen") {
    const auto state = GENERATE(values<Case>({{"healthy", healthy},
                                              {"stale-role", stale_role},
                                              {"split-brain", split_brain},
                                              {"lost-main-node", lost_main_node},
                                              {"orphans", orphans},
                                              {"blocked", blocked},
                                              {"isolated", isolated},
                                              {"foreign", foreign}}));
    INFO(state.file);
    const auto expected =
        read_file(std::filesystem::path(EXPLANATIONS) / (std::string(state.file) + ".txt"), 1U << 16U);
    REQUIRE(expected);
    CHECK(to_text(explain(with_positions(state.situation()))) == *expected);
}

TEST_CASE("for a program explain is one object, in which what is not known is null") {
    const auto json = nlohmann::json::parse(to_json(explain(blocked())));
    CHECK(json["resource"] == "pgpool");
    CHECK(json["node"] == "a");
    CHECK(json["blocked"] == true);
    CHECK(json["active_on"] == std::vector<std::string>{"a", "c"});
    CHECK(json["main"] == scene::main_pid);
    CHECK(json["orphans"].empty());
    CHECK(json["backends"].size() == 2);
    CHECK(json["backends"][1]["pgpool"] == "down standby");
    CHECK(json["backends"][1]["postgresql"] == "primary, timeline 2");
    CHECK(json["backends"][1]["lag"].is_null());
    CHECK(json["score"] == 1500);
    CHECK(json["forecasts"][1]["action"] == "monitor level 10");
    CHECK(json["forecasts"][1]["code"] == 7);
    CHECK(json["forecasts"][3]["code"].is_null());

    const auto alone = nlohmann::json::parse(to_json(explain(foreign())));
    CHECK(alone["node"].is_null());
    CHECK(alone["main"].is_null());
    CHECK(alone["score"].is_null());
}

TEST_CASE("what a server says cannot spoil the object") {
    auto situation = healthy();
    situation.roles.backends.front().state = Error{"no \"pg_hba.conf\" entry\xff", 0};
    CHECK_NOTHROW(nlohmann::json::parse(to_json(explain(situation))));
}
