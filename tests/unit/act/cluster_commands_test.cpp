
#include "pacemaker/cluster.h"
#include "tests/support/catch.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Lines = std::vector<std::string>;

// A cluster as an action sees it that was called with those variables.
class AskedCluster : public TestNode {
 public:
    explicit AskedCluster(const Variables& given = {}) : TestNode(given) {}

    [[nodiscard]] Cluster asked() { return Cluster(environment, cluster.runner()); }
    const Deadline deadline = Deadline::in(30s);
};

std::string cib(const std::string& resource) {
    return fmt::format(
        "<cib><configuration><resources><primitive id=\"{}\" class=\"ocf\" provider=\"custom\" "
        "type=\"pgpool\"/></resources></configuration></cib>",
        resource);
}

const Variables before_promotion{{"OCF_RESKEY_crm_feature_set", "3.8.9"}};

}  // namespace

TEST_CASE("a command sees the variables of the agent, and no parameter of the resource") {
    AskedCluster node(Variables{{"OCF_RESKEY_backend_user", "someone"}});
    const auto cluster = node.asked();
    REQUIRE(cluster.publish_score(1, node.deadline));
    REQUIRE(cluster.members(node.deadline));
    for (const auto& command : node.cluster.commands()) {
        INFO(command.program.native());
        CHECK(command.environment == Variables{{"OCF_RESOURCE_INSTANCE", "pgpool"}, {"PATH", "/usr/bin"}});
    }
}

TEST_CASE("the ranks of all nodes are asked for, although Pacemaker has called the agent on one") {
    AskedCluster node;
    node.cluster.attributes["pgpool-rank-pgpool"] = {{"a", "2500"}, {"c", "3500"}};
    const auto ranks = node.asked().published_ranks(node.deadline);
    REQUIRE(ranks);
    CHECK(*ranks == std::map<std::string, int>{{"a", 2500}, {"c", 3500}});
}

TEST_CASE("a primitive publishes its score as a rank of this node") {
    AskedCluster node;
    REQUIRE(node.asked().publish_score(2500, node.deadline));
    CHECK(node.cluster.attributes["pgpool-rank-pgpool"]["a"] == "2500");
    CHECK(node.cluster.log() == Lines{"crm_attribute -n pgpool-rank-pgpool -l reboot -v 2500 -N a"});
}

TEST_CASE("a promotable instance publishes its score in the words of the Pacemaker that asks") {
    const auto [given, program] = GENERATE(
        table<Variables, std::string>({{Variables{}, "crm_attribute --promotion"}, {before_promotion, "crm_master"}}));
    AskedCluster node(both(promotable_clone, given));
    REQUIRE(node.asked().publish_score(2500, node.deadline));
    CHECK(node.cluster.attributes["master-pgpool"]["a"] == "2500");
    REQUIRE(node.asked().remove_score(node.deadline));
    CHECK(node.cluster.attributes["master-pgpool"].empty());
    CHECK(node.cluster.log() == Lines{program + " -l reboot -v 2500 -N a", program + " -l reboot -D -N a"});
}

TEST_CASE("an attribute belongs to the node that the scheduler means, whatever the commands take for the local one") {
    struct Row {
        const char* where;
        Variables given;
        const char* node;
    };
    const auto row =
        GENERATE(Row{"on a node of pacemaker_remote", {{"OCF_RESKEY_CRM_meta_on_node", "remote"}}, "remote"},
                 Row{"in a bundle",
                     {{"OCF_RESKEY_CRM_meta_on_node", "pgpool-bundle-0"}, {"OCF_RESKEY_CRM_meta_physical_host", "c"}},
                     "pgpool-bundle-0"},
                 Row{"in a bundle whose host has the attributes",
                     {{"OCF_RESKEY_CRM_meta_on_node", "pgpool-bundle-0"},
                      {"OCF_RESKEY_CRM_meta_physical_host", "c"},
                      {"OCF_RESKEY_CRM_meta_container_attribute_target", "host"}},
                     "c"});
    INFO(row.where);
    AskedCluster node(both(promotable_clone, row.given));
    node.cluster.attributes["pingd"] = {{"a", "0"}, {row.node, "1000"}};
    const auto cluster = node.asked();
    CHECK(cluster.node_attribute("pingd", node.deadline).value_or(-1) == 1000);
    REQUIRE(cluster.publish_score(2500, node.deadline));
    CHECK(node.cluster.attributes["master-pgpool"] == std::map<std::string, std::string>{{row.node, "2500"}});
    REQUIRE(cluster.publish_state("degraded", node.deadline));
    CHECK(node.cluster.attributes["pgpool-state-pgpool"] == std::map<std::string, std::string>{{row.node, "degraded"}});
    REQUIRE(cluster.remove_score(node.deadline));
    REQUIRE(cluster.remove_state(node.deadline));
    CHECK(node.cluster.attributes["master-pgpool"].empty());
    CHECK(node.cluster.attributes["pgpool-state-pgpool"].empty());
    CHECK(cluster.node_name(node.deadline).value_or("") == row.given.at("OCF_RESKEY_CRM_meta_on_node"));
}

TEST_CASE("by hand the commands find the node themselves") {
    AskedCluster node(Variables{{"OCF_RESKEY_CRM_meta_on_node", ""}});
    REQUIRE(node.asked().publish_score(2500, node.deadline));
    CHECK(node.asked().node_name(node.deadline).value_or("") == "a");
    CHECK(node.cluster.log() == Lines{"crm_attribute -n pgpool-rank-pgpool -l reboot -v 2500", "crm_node -n"});
}

TEST_CASE("the configuration is that of the running cluster") {
    AskedCluster node;
    node.cluster.configuration = cib("live");
    node.cluster.configuration_on_disk = cib("stored");
    const auto found = node.asked().configuration(node.deadline);
    REQUIRE(found);
    CHECK(found->is_live);
    CHECK(found->find("live") != nullptr);
    CHECK(node.cluster.commands().size() == 1);
}

TEST_CASE("where the cluster does not run the configuration on disk is read") {
    AskedCluster node;
    node.cluster.runs = false;
    node.cluster.configuration_on_disk = cib("stored");
    const auto found = node.asked().configuration(node.deadline);
    REQUIRE(found);
    CHECK_FALSE(found->is_live);
    CHECK(found->find("stored") != nullptr);
    CHECK(node.cluster.commands().back().environment.at("CIB_file") == "/var/lib/pacemaker/cib/cib.xml");
}

TEST_CASE("without any configuration the error is that of the running cluster") {
    AskedCluster node;
    node.cluster.runs = false;
    const auto found = node.asked().configuration(node.deadline);
    REQUIRE_FALSE(found);
    CHECK(found.error().message == "'cibadmin --query' ended with exit status 102");
}

TEST_CASE("an older crm_mon is asked in its own words") {
    AskedCluster node;
    node.cluster.active = {{"pgpool", {"a", "c"}}};
    node.cluster.has_output_as = GENERATE(true, false);
    const auto nodes = node.asked().active_nodes("pgpool", node.deadline);
    REQUIRE(nodes);
    CHECK(*nodes == Lines{"a", "c"});
}

TEST_CASE("a resource that Pacemaker does not know is active nowhere") {
    AskedCluster node;
    node.cluster.active = {{"vip", {"a"}}};
    const auto nodes = node.asked().active_nodes("pgpool", node.deadline);
    REQUIRE(nodes);
    CHECK(nodes->empty());
}

TEST_CASE("a command that fails is an error that names it") {
    AskedCluster node;
    node.cluster.time_out("crm_node -p");
    const auto members = node.asked().members(node.deadline);
    REQUIRE_FALSE(members);
    CHECK(members.error().message == "'crm_node -p' gave no answer in time");
}

}  // namespace ra::test
