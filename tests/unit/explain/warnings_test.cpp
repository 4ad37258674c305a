#include "explain/warnings.h"

#include <algorithm>
#include <chrono>

#include "tests/support/catch.h"

namespace {

using namespace ra;
using namespace std::chrono_literals;
using Catch::Contains;

// A configuration in which nothing is dangerous, to be made worse.
struct Setting {
    Parameters parameters;
    PgpoolSettings settings;
    ConfiguredResource resource;
    bool fences = true;
    Votes votes{true, true};

    Setting() {
        parameters.isolation_attribute = "pingd";
        parameters.yield_with = {"companion"};
        settings.endpoints = Endpoints{9999, 9898, {}, {}, {}, "", {"localhost"}};
        settings.backends = {{0, "a", 5432}, {1, "c", 5432}};
        settings.search_primary_node_timeout = 60s;
        resource.id = "pgpool";
        resource.group = "service";
        resource.other_members = {"companion"};
        resource.meta = {{"multiple-active", "block"}, {"failure-timeout", "60s"}};
        resource.has_role_monitor = true;
        resource.shortest_monitor = 10s;
    }

    [[nodiscard]] std::vector<std::string> warnings() const {
        return find_warnings({parameters, settings, &resource, fences, votes});
    }
};

struct Alarm {
    const char* what;
    void (*make_worse)(Setting&);
    const char* says;
};

}  // namespace

TEST_CASE("the recommended configuration has no warning") { CHECK(Setting().warnings().empty()); }

TEST_CASE("what is not known is no warning") { CHECK(find_warnings({Parameters(), {}, nullptr, {}, {}}).empty()); }

TEST_CASE("each danger is told with its remedy, and alone") {
    const auto worse = GENERATE(values<Alarm>({
        {"nothing tells of isolation", [](Setting& s) { s.parameters.isolation_attribute.clear(); },
         "isolation_attribute"},
        {"blocked, and only reported", [](Setting& s) { s.parameters.on_split_brain = OnSplitBrain::report; },
         "on_split_brain=yield"},
        {"blocked, and not unblocked", [](Setting& s) { s.parameters.unblock = false; }, "unblock=true"},
        {"a member of the group stays", [](Setting& s) { s.parameters.yield_with.clear(); },
         "yield_with=\"companion\""},
        {"Pacemaker's own choice", [](Setting& s) { s.resource.meta.erase("multiple-active"); },
         "multiple-active=stop_start"},
        {"a refused start is for ever", [](Setting& s) { s.resource.meta.erase("failure-timeout"); },
         "failure-timeout=60s"},
        {"a rule on what is not there", [](Setting& s) { s.resource.has_rule_on_missing_attribute = true; },
         "not_defined"},
        {"no look at the roles", [](Setting& s) { s.resource.has_role_monitor = false; }, "OCF_CHECK_LEVEL=10"},
        {"a search that is too short", [](Setting& s) { s.settings.search_primary_node_timeout = 1s; },
         "search_primary_node_timeout is 1 s"},
        {"half a second is short too", [](Setting& s) { s.settings.search_primary_node_timeout = 500ms; },
         "search_primary_node_timeout is 1 s"},
        {"false primaries of two", [](Setting& s) { s.settings.detach_false_primary = true; }, "detach_false_primary"},
        {"PCP for everybody",
         [](Setting& s) {
             s.settings.endpoints->pcp_listen_addresses = {"localhost", "*"};
         },
         "PCP listens on '*'"},
        {"no fencing", [](Setting& s) { s.fences = false; }, "no fencing"},
        {"two votes", [](Setting& s) { s.votes.has_device = false; }, "quorum device"},
    }));
    INFO(worse.what);
    Setting setting;
    worse.make_worse(setting);
    const auto found = setting.warnings();
    REQUIRE(found.size() == 1);
    CHECK_THAT(found.front(), Contains(worse.says));
}

TEST_CASE("what is dangerous in one configuration is well in another") {
    const auto harmless = GENERATE(values<Alarm>({
        {"a location rule tells of isolation",
         [](Setting& s) {
             s.parameters.isolation_attribute.clear();
             s.resource.attributes_of_locations = {"pingd"};
         },
         ""},
        {"a clone is never blocked",
         [](Setting& s) {
             s.resource.clone = "pgpool-clone";
             s.resource.meta.erase("multiple-active");
             s.parameters.yield_with.clear();
         },
         ""},
        {"a search without an end", [](Setting& s) { s.settings.search_primary_node_timeout = 0s; }, ""},
        {"a false primary of three",
         [](Setting& s) {
             s.settings.detach_false_primary = true;
             s.settings.backends.push_back({2, "d", 5432});
         },
         ""},
        {"PCP without TCP", [](Setting& s) { s.settings.endpoints->pcp_listen_addresses.clear(); }, ""},
    }));
    INFO(harmless.what);
    Setting setting;
    harmless.make_worse(setting);
    CHECK(setting.warnings().empty());
}

TEST_CASE("a takeover that does not wait for the agent's own monitors of the site that is cut off is told of") {
    Setting setting;
    setting.fences = false;
    setting.votes.has_device = false;
    const auto told = [&] {
        const auto found = setting.warnings();
        return std::ranges::any_of(found, [](const auto& text) { return text.starts_with("takeover_delay="); });
    };
    const auto with = [&](std::chrono::seconds monitor, std::chrono::seconds grace, std::chrono::seconds delay) {
        setting.parameters.takeover = TakeoverBy::failover_command;
        setting.resource.shortest_monitor = monitor;
        setting.parameters.isolation_grace = grace;
        setting.parameters.takeover_delay = delay;
        return told();
    };
    CHECK_FALSE(told());
    // As the agent's defaults are: the second monitor stops it.
    CHECK(with(10s, 5s, 8s));
    CHECK(with(10s, 5s, 24s));
    CHECK_FALSE(with(10s, 5s, 25s));
    // As the recipe has it.
    CHECK_FALSE(with(3s, 0s, 8s));
    CHECK(with(3s, 0s, 7s));
    CHECK(with(3s, 4s, 13s));
    CHECK_FALSE(with(3s, 4s, 14s));
    // Without a recurring monitor it never stops, and another warning says so.
    CHECK_FALSE(with(0s, 5s, 8s));

    REQUIRE(with(10s, 5s, 8s));
    SECTION("not if Pacemaker itself stops it") { setting.resource.attributes_of_locations = {"pingd"}; }
    SECTION("not if it is powered off") { setting.fences = true; }
    SECTION("not if it loses the quorum") { setting.votes.has_device = true; }
    SECTION("not if it has no majority") { setting.votes.two_node = false; }
    SECTION("not if there is no takeover") { setting.parameters.takeover = TakeoverBy::nobody; }
    CHECK_FALSE(told());
}

TEST_CASE("what this host lacks for PCP is told with its consequence and its remedy") {
    CHECK(find_host_warnings({}).empty());
    const auto found = find_host_warnings({"cannot find pgpool's libpcp", "cannot make a PCP account"});
    REQUIRE(found.size() == 2);
    CHECK_THAT(found[0],
               Catch::StartsWith("cannot find pgpool's libpcp: node roles are neither watched nor put right") &&
                   Contains("libpgpool2"));
    CHECK_THAT(found[1], Catch::StartsWith("cannot make a PCP account: ") && Contains("only reported") &&
                             Contains("set pcp_user and pcp_passfile"));
}
