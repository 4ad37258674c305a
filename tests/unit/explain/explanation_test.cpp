#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "explain/print.h"
#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"
#include "tests/unit/decide/scene.h"

// What explain tells in each state of a cut, a takeover and a reconnect: the expected screens are the files beside this
// one. With REWRITE_EXPLANATIONS in the environment they are written anew, to be read as a diff.

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
Diagnosis with_positions(Diagnosis diagnosis) {
    std::uint64_t position = 0x4001000;
    for (auto& view : diagnosis.facts.roles->facts.backends) {
        auto* state = std::get_if<BackendState>(&view.state);
        if (state == nullptr) continue;
        state->position = position;
        if (state->streaming) state->upstream_host = "10.0.0.2";
        if (state->streaming) state->upstream_port = 5432;
        position += 0x1000;
    }
    return diagnosis;
}

// As they are seen from c, where node 1 is.
RoleFacts roles_on_c(std::vector<BackendView> backends) {
    auto seen = test::facts(std::move(backends));
    seen.backends[1].is_on_this_site = true;
    return seen;
}

// pgpool on c is healthy, alone and recommended: what goes wrong is added to it.
Diagnosis healthy() {
    Diagnosis diagnosis;
    diagnosis.resource = "pgpool";
    diagnosis.node = "c";
    diagnosis.parameters_from = "from the cluster";
    diagnosis.parameters.promote_wait = 20s;
    diagnosis.parameters.isolation_grace = 5s;
    diagnosis.parameters.isolation_attribute = "pingd";
    diagnosis.parameters.yield_with = {"companion"};
    diagnosis.facts.isolation.reachable = 1;
    diagnosis.facts.policy.looks_for_isolation = true;
    diagnosis.facts.policy.yields = true;
    diagnosis.facts.roles.emplace().is_whole = true;
    diagnosis.instance = scene::instance;
    diagnosis.seen = scene::pgpool_runs();
    diagnosis.seen.record = scene::record();
    diagnosis.facts.since_boot = 3611s;
    PgpoolSettings settings;
    settings.endpoints = scene::usual_endpoints;
    settings.backends = {{0, "10.0.0.1", 5432}, {1, "10.0.0.2", 5432}};
    settings.search_primary_node_timeout = 60s;
    diagnosis.settings = settings;
    diagnosis.facts.roles->facts =
        roles_on_c({backend(0, "up standby", "follows 2"), backend(1, "up primary", "writable 2")});
    diagnosis.configuration = configured_group();
    diagnosis.status = active_on({"c"});
    diagnosis.votes = Votes{true, true};
    return diagnosis;
}

void without_pcp(Diagnosis& diagnosis) {
    diagnosis.facts.roles->facts.pcp_failure = "pgpool does not serve";
    for (auto& view : diagnosis.facts.roles->facts.backends) view.node = NotAsked{};
}

Diagnosis stale_role() {
    auto diagnosis = healthy();
    diagnosis.facts.roles->facts =
        roles_on_c({backend(0, "down standby", "unreachable"), backend(1, "up standby", "writable 2")});
    std::get<PgpoolSettings>(diagnosis.settings).search_primary_node_timeout = 1s;
    return diagnosis;
}

Diagnosis split_brain() {
    auto diagnosis = healthy();
    diagnosis.facts.roles->facts =
        roles_on_c({backend(0, "up primary", "writable 2"), backend(1, "up standby", "writable 2")});
    return diagnosis;
}

Diagnosis lost_main_node() {
    auto diagnosis = healthy();
    diagnosis.facts.query =
        QueryFindings{QueryFindings::Answer::refused, "DETAIL: kind does not match between main(0) slot[0] (52)", true};
    return diagnosis;
}

Diagnosis orphans() {
    auto diagnosis = healthy();
    scene::end_main(diagnosis.seen);
    without_pcp(diagnosis);
    return diagnosis;
}

// Seen on a, after the reconnect: it served timeline 1, and c was promoted meanwhile.
Diagnosis blocked() {
    auto diagnosis = healthy();
    diagnosis.node = "a";
    diagnosis.parameters.isolation_attribute.clear();
    diagnosis.parameters.yield_with.clear();
    diagnosis.facts.isolation = {};
    diagnosis.facts.policy.looks_for_isolation = false;
    diagnosis.facts.roles->facts =
        test::facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")});
    diagnosis.facts.roles->facts.backends[0].is_on_this_site = true;
    auto status = active_on({"a", "c"});
    status.is_blocked = true;
    status.attributes = {{"a", {{"pgpool-rank-pgpool", "1500"}}},
                         {"c", {{"pgpool-rank-pgpool", "2500"}, {"other", "1"}}}};
    diagnosis.status = status;
    diagnosis.facts.memory.overtaken =
        "node 0 (10.0.0.1:5432) on timeline 1 was overtaken by node 1 (10.0.0.2:5432) on timeline 2";
    diagnosis.facts.rivals = {std::string("a"), std::map<std::string, int>{{"a", 1500}, {"c", 2500}},
                              std::vector<std::string>{"a", "c"}};
    return diagnosis;
}

Diagnosis isolated() {
    auto diagnosis = healthy();
    diagnosis.facts.isolation.reachable = 0;
    diagnosis.facts.isolation.members = std::vector<std::string>{"c"};
    diagnosis.facts.isolation.remote_backends_that_answer = std::vector<std::string>();
    diagnosis.facts.roles->facts =
        roles_on_c({backend(0, "up standby", "unreachable"), backend(1, "up primary", "writable 2")});
    auto status = active_on({"c"});
    status.online = {"c"};
    status.offline = {"a"};
    status.attributes = {{"c", {{"pingd", "0"}}}};
    diagnosis.status = status;
    return diagnosis;
}

// No cluster runs, no pgpool runs, and somebody else has its port.
Diagnosis foreign() {
    auto diagnosis = healthy();
    diagnosis.seen = scene::nothing_runs();
    scene::add_stranger_on_port(diagnosis.seen);
    diagnosis.node.clear();
    diagnosis.parameters_from = "from the environment, because the cluster cannot be asked";
    diagnosis.configuration = Error{"'/usr/sbin/cibadmin' ended with exit status 102", 0};
    diagnosis.status = NotAsked{};
    diagnosis.votes = NotAsked{};
    without_pcp(diagnosis);
    return diagnosis;
}

Diagnosis classified(Diagnosis diagnosis) {
    diagnosis.facts.now = classify(diagnosis.seen, diagnosis.instance);
    return diagnosis;
}

struct Case {
    const char* file;
    Diagnosis (*diagnosis)();
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
    const auto file = std::filesystem::path(EXPLANATIONS) / (std::string(state.file) + ".txt");
    const auto screen = to_text(explain(classified(with_positions(state.diagnosis()))));
    if (std::getenv("REWRITE_EXPLANATIONS") != nullptr) std::ofstream(file) << screen;
    const auto expected = read_file(file, 1U << 16U);
    REQUIRE(expected);
    CHECK(screen == *expected);
}

TEST_CASE("for a program explain is one object, in which what is not known is null") {
    const auto json = nlohmann::json::parse(to_json(explain(classified(blocked()))));
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
    CHECK(json["score"].is_null());
    CHECK(json["forecasts"][1]["action"] == "monitor level 10");
    CHECK(json["forecasts"][1]["code"].is_null());
    CHECK(json["forecasts"][3]["code"].is_null());

    const auto alone = nlohmann::json::parse(to_json(explain(classified(foreign()))));
    CHECK(alone["node"].is_null());
    CHECK(alone["main"].is_null());
    CHECK(alone["score"].is_null());
}

TEST_CASE("what a server says cannot spoil the object") {
    auto diagnosis = healthy();
    diagnosis.facts.roles->facts.backends.front().state = Error{"no \"pg_hba.conf\" entry\xff", 0};
    CHECK(nlohmann::json::accept(to_json(explain(classified(diagnosis)))));
}

TEST_CASE("a pgpool.conf that cannot be read is no reason to refuse a start, and is told as a warning") {
    auto diagnosis = healthy();
    diagnosis.seen = scene::nothing_runs();
    diagnosis.settings = Error{"cannot read '/etc/pgpool.conf': syntax error at line 3"};
    const auto explanation = explain(classified(diagnosis));
    CHECK(explanation.forecasts[2].action == "start");
    CHECK_FALSE(explanation.forecasts[2].code);
    CHECK(explanation.forecasts[2].because == "starts pgpool");
    CHECK(explanation.warnings.back() == "cannot read '/etc/pgpool.conf': syntax error at line 3");
}
