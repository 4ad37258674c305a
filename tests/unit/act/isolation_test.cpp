
#include "act/look_after.h"
#include "act/monitor.h"
#include "os/boot_clock.h"
#include "tests/support/catch.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Lines = std::vector<std::string>;

const std::string ask_for_ping = "attrd_updater -Q -n pingd -N a";
const std::string ask_for_members = "crm_node -p";
const Variables looks_for_isolation{{"OCF_RESKEY_isolation_attribute", "pingd"}};

// A running pgpool whose pgpool.conf names no backend on another host, and that would be isolated.
class IsolatedNode : public TestNode {
 public:
    explicit IsolatedNode(const Variables& given = {}) : TestNode(both(looks_for_isolation, given)) {
        run_pgpool();
        cluster.attributes["pingd"]["a"] = "0";
    }

    // A monitor of the processes alone.
    Outcome look() {
        const auto now = operation();
        return look_after(now, policy_of(now, Purpose::monitor, 0), {now.deadline, Deadline::in(0ms)});
    }

    void remember_isolation(std::chrono::seconds since) const { remember({.isolated_since = since}); }
};

}  // namespace

TEST_CASE("a node whose pings are answered is asked for nothing else") {
    IsolatedNode node;
    node.cluster.attributes["pingd"]["a"] = "1";
    CHECK(node.look().code == ExitCode::success);
    CHECK(node.cluster.log() == Lines{ask_for_ping});
}

TEST_CASE("a node that sees a peer is not isolated, and the backends are not asked") {
    IsolatedNode node;
    node.cluster.members = {"a", "c"};
    std::filesystem::remove(node.config());
    node.remember({});
    CHECK(node.look().code == ExitCode::success);
    CHECK(node.cluster.log() == Lines{ask_for_ping, ask_for_members});
    CHECK_FALSE(node.memory().isolated_since);
}

TEST_CASE("the pings of another node are not those of this one") {
    IsolatedNode node;
    node.cluster.attributes["pingd"] = {{"a", "0"}, {"c", "1"}};
    CHECK(node.look().code == ExitCode::degraded);
}

TEST_CASE("by hand the name of this node is asked for") {
    IsolatedNode node(Variables{{"OCF_RESKEY_CRM_meta_on_node", ""}});
    node.cluster.attributes["pingd"] = {{"a", "1"}, {"c", "0"}};
    CHECK(node.look().code == ExitCode::success);
    CHECK(node.cluster.log() == Lines{"attrd_updater -Q -n pingd", "crm_node -n"});
}

TEST_CASE("the first monitor of an isolated node is degraded and remembers since when") {
    IsolatedNode node;
    const auto before = seconds_since_boot();
    const auto found = node.look();
    CHECK(found.code == ExitCode::degraded);
    CHECK(found.reason ==
          "this node is isolated: no ping, no peer and no remote backend answers; in 5 s pgpool is stopped here");
    CHECK(node.cluster.log() == Lines{ask_for_ping, ask_for_members,
                                      "crm_attribute -l reboot -n pgpool-state-pgpool -v " + found.reason + " -N a"});
    REQUIRE(node.memory().isolated_since);
    CHECK(*node.memory().isolated_since >= before);
    CHECK(*node.memory().isolated_since <= seconds_since_boot());
}

TEST_CASE("a later monitor of an isolated node keeps the moment that the first one has remembered") {
    IsolatedNode node(Variables{{"OCF_RESKEY_isolation_grace", "60min"}});
    const auto since = seconds_since_boot() - 60s;
    node.remember_isolation(since);
    CHECK(node.look().code == ExitCode::degraded);
    CHECK(node.memory().isolated_since == since);
}

TEST_CASE("a question that cannot be answered is no proof of isolation") {
    IsolatedNode node;
    node.remember_isolation(seconds_since_boot() - 60s);
    SECTION("the attribute is not known to Pacemaker") { node.cluster.attributes.clear(); }
    SECTION("the attribute is no number") { node.cluster.attributes["pingd"]["a"] = "much"; }
    SECTION("the attribute cannot be asked for") { node.cluster.fail("attrd_updater"); }
    SECTION("the members cannot be asked for") { node.cluster.fail("crm_node"); }
    SECTION("the members are not told in time") { node.cluster.time_out("crm_node"); }
    SECTION("the backends are not known") { std::filesystem::remove(node.config()); }
    CHECK(node.look().code == ExitCode::success);
    CHECK(node.memory().isolated_since);  // nor of its end
}

TEST_CASE("a node in no partition is not isolated, and nothing tells that its isolation has ended") {
    IsolatedNode node;
    node.remember_isolation(seconds_since_boot() - 60s);
    node.cluster.members.clear();
    CHECK(node.look().code == ExitCode::success);
    CHECK(node.memory().isolated_since);
}

TEST_CASE("after a question that failed no further one is asked") {
    IsolatedNode node;
    node.cluster.fail("attrd_updater");
    CHECK(node.look().code == ExitCode::success);
    CHECK(node.cluster.log() == Lines{ask_for_ping});
}

TEST_CASE("isolation is looked for by recurring monitors under a cluster, with an attribute") {
    IsolatedNode node(GENERATE(Variables{{"OCF_RESKEY_isolation_attribute", ""}},
                               Variables{{"OCF_RESKEY_crm_feature_set", ""}},
                               Variables{{"OCF_RESKEY_CRM_meta_interval", "0"}}));
    CHECK(monitor(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.commands().empty());
}

TEST_CASE("where pgpool does not run nobody asks for isolation") {
    TestNode node(looks_for_isolation);
    CHECK(monitor(node.operation()).code == ExitCode::not_running);
    CHECK_THAT(node.cluster.log(), !Catch::VectorContains(ask_for_ping));
}

}  // namespace ra::test
