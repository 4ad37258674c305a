#include "act/stop.h"

#include "tests/support/catch.h"
#include "tests/unit/act/captured_log.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

const std::string rank = "pgpool-rank-pgpool";
const std::string promotion_score = "master-pgpool";
using Scores = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("the stop of a stopped pgpool removes the score of this node") {
    TestNode node;
    node.cluster.attributes[rank] = {{"a", "2500"}, {"c", "3500"}};
    CHECK(stop(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.attributes[rank] == Scores{{"c", "3500"}});
}

TEST_CASE("the stop of a promotable instance removes its promotion score") {
    TestNode node(promotable_clone);
    node.cluster.attributes[promotion_score] = {{"a", "-INFINITY"}, {"c", "3500"}};
    CHECK(stop(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.attributes[promotion_score] == Scores{{"c", "3500"}});
}

TEST_CASE("a score that cannot be removed is logged, and is no failure of a stop") {
    TestNode node;
    const CapturedLog log;
    SECTION("it fails") { node.cluster.fail("crm_attribute"); }
    SECTION("it takes too long") { node.cluster.time_out("crm_attribute"); }
    SECTION("there is no cluster") { node.cluster.runs = false; }
    CHECK(stop(node.operation()).code == ExitCode::success);
    CHECK(log.has("'crm_attribute -n pgpool-rank-pgpool -l reboot -D -N a' "));
}

TEST_CASE("a stop by hand tells the cluster nothing") {
    TestNode node(Variables{{"OCF_RESKEY_crm_feature_set", ""}});
    CHECK(stop(node.operation()).code == ExitCode::success);
    CHECK(node.cluster.commands().empty());
}

TEST_CASE("the stop of a stopped pgpool removes what is on record") {
    TestNode node;
    node.remember({.promoted = true});
    CHECK(stop(node.operation()).code == ExitCode::success);
    CHECK_FALSE(node.record().read()->has_value());
}

TEST_CASE("a stop that cannot tell whether pgpool runs leaves score and record") {
    TestNode node;
    node.remember({});
    node.cluster.attributes[rank] = {{"a", "2500"}};
    std::filesystem::remove_all(node.machine.path() / "self");
    CHECK(stop(node.operation(100ms)).code == ExitCode::generic_error);
    CHECK(node.cluster.attributes[rank] == Scores{{"a", "2500"}});
    CHECK(node.record().read()->has_value());
}

}  // namespace ra::test
