#include "act/unblock.h"

#include "os/boot_clock.h"
#include "tests/support/catch.h"
#include "tests/unit/act/captured_log.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Nodes = std::set<std::string>;

// pgpool and an address have yielded to node c: both are stopped here, and Pacemaker takes them for active on two
// nodes.
class BlockedNode : public TestNode {
 public:
    explicit BlockedNode(const Variables& given = {}) : TestNode(both({{"OCF_RESKEY_yield_with", "vip"}}, given)) {
        cluster.active = {{"pgpool", {"a", "c"}}, {"vip", {"a", "c"}}};
    }

    void last_unblocked(std::chrono::seconds ago) const {
        machine.write("state/pgpool.unblock", std::to_string((seconds_since_boot() - ago).count()));
        std::filesystem::permissions(state(), std::filesystem::perms::owner_all);
    }
};

}  // namespace

TEST_CASE("Pacemaker is made to forget what it knows of a pgpool that is stopped here") {
    BlockedNode node;
    CHECK(unblock(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.refreshes == 1);
    CHECK(node.cluster.active["pgpool"] == Nodes{"c"});
    CHECK(node.cluster.active["vip"] == Nodes{"c"});
}

TEST_CASE("an unblock ends when Pacemaker takes nothing for active here that has yielded") {
    BlockedNode node;
    const auto slow = GENERATE(as<std::string>(), "pgpool", "vip");
    node.cluster.looks_until_forgotten[slow] = 2;
    CHECK(unblock(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.active[slow] == Nodes{"c"});
    CHECK(node.cluster.refreshes == 1);
}

TEST_CASE("a refresh that fails is tried again") {
    BlockedNode node;
    const CapturedLog log;
    node.cluster.fail("--refresh", 1);
    CHECK(unblock(node.operation()).code == ExitCode::success);
    CHECK(log.has("'crm_resource --refresh -r pgpool -N a' ended with exit status 1"));
    CHECK(node.cluster.active["pgpool"] == Nodes{"c"});
}

TEST_CASE("a refresh that the result of a monitor overtakes is made again") {
    BlockedNode node;
    node.cluster.refreshes_in_vain = 1;
    CHECK(unblock(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.refreshes == 2);
    CHECK(node.cluster.active["pgpool"] == Nodes{"c"});
    CHECK(node.cluster.active["vip"] == Nodes{"c"});
}

TEST_CASE("a pgpool that runs is not unblocked: Pacemaker is right") {
    BlockedNode node;
    node.run_pgpool();
    const auto refused = unblock(node.operation());
    CHECK(refused.code == ExitCode::generic_error);
    CHECK(refused.reason == fmt::format("cannot unblock 'pgpool' on a: pgpool {} runs", node.main.pid));
    CHECK(node.cluster.refreshes == 0);
}

TEST_CASE("an unblock that has no effect ends at its deadline and says what is still active") {
    BlockedNode node;
    node.cluster.refreshes_in_vain = ScriptedCluster::always;
    const auto failed = unblock(node.operation(100ms));
    CHECK(failed.code == ExitCode::generic_error);
    CHECK(failed.reason == "'pgpool' is still active on a for Pacemaker");
    CHECK(node.cluster.refreshes > 0);
}

TEST_CASE("a cluster that cannot be asked is not taken for one that has forgotten") {
    BlockedNode node;
    node.cluster.time_out("crm_mon");
    CHECK(unblock(node.operation(100ms)).code == ExitCode::generic_error);
}

TEST_CASE("a node that does not know its name unblocks nothing") {
    BlockedNode node(Variables{{"OCF_RESKEY_CRM_meta_on_node", ""}});
    node.cluster.fail("crm_node -n");
    const auto failed = unblock(node.operation());
    CHECK(failed.code == ExitCode::generic_error);
    CHECK(failed.reason == "'crm_node -n' ended with exit status 1");
    CHECK(node.cluster.refreshes == 0);
}

TEST_CASE("what another one has unblocked meanwhile is left as it is") {
    BlockedNode node;
    node.cluster.active = {{"pgpool", {"c"}}, {"vip", {"c"}}};
    CHECK(unblock(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.refreshes == 0);
}

TEST_CASE("two unblocks are half a minute apart") {
    BlockedNode node;
    SECTION("the first was just now") {
        REQUIRE(unblock(node.operation()).code == ExitCode::success);
        const auto refused = unblock(node.operation(100ms));
        CHECK(refused.code == ExitCode::generic_error);
        CHECK_THAT(refused.reason, Catch::StartsWith("cannot unblock 'pgpool' on a: it was done ") &&
                                       Catch::EndsWith(" seconds ago (expected at least 30)"));
        CHECK(node.cluster.refreshes == 1);
    }
    SECTION("the first was half a minute ago") {
        node.last_unblocked(30s);
        CHECK(unblock(node.operation()).code == ExitCode::success);
        CHECK(node.cluster.refreshes == 1);
    }
    SECTION("the first will be half a minute ago in a moment") {
        node.last_unblocked(29s);
        CHECK(unblock(node.operation()).code == ExitCode::success);
        CHECK(node.cluster.refreshes == 1);
    }
}

TEST_CASE("an instance of a clone is refreshed by the name of its resource") {
    TestNode node(promotable_clone);
    node.cluster.active = {{"pgpool", {"a"}}};
    CHECK(unblock(node.operation()).code == ExitCode::success);
    CHECK_THAT(node.cluster.log(), Catch::VectorContains(std::string("crm_resource --refresh -r pgpool -N a")));
    CHECK(node.cluster.active["pgpool"].empty());
}

}  // namespace ra::test
