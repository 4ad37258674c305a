#include "act/takeover.h"

#include <fstream>

#include "base/files.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Names = std::vector<std::string>;

const Variables pings{{"OCF_RESKEY_isolation_attribute", "pingd"}, {"OCF_RESKEY_isolation_below", "2"}};

OtherSide other_side(TestNode& node) {
    const auto seen = look_at_other_side(node.operation());
    REQUIRE(value_of(seen) != nullptr);
    return *value_of(seen);
}

struct LogDirectory {
    TemporaryDirectory logs;
};

// Two backends, and a failover_command.
class NodeWithCommand : private LogDirectory, public TestNode {
 public:
    explicit NodeWithCommand(const std::string& command) : TestNode({{"OCF_RESKEY_log", log_file()}}) {
        std::ofstream(config(), std::ios::app) << "backend_hostname0 = 'db0'\nbackend_port0 = 5432\n"
                                               << "backend_hostname1 = 'db1'\nbackend_port1 = 5433\n"
                                               << "failover_command = '" << command << "'\n";
    }

    // Why it failed.
    std::string run(Milliseconds patience = 10s) {
        return run_failover_command(operation(), {0, 1, "node 0 is lost"}, Deadline::in(patience));
    }

    [[nodiscard]] std::string log() const {
        std::ifstream file(log_file());
        return {std::istreambuf_iterator<char>(file), {}};
    }

 private:
    [[nodiscard]] std::string log_file() const { return logs.path() / "pgpool.log"; }
};

}  // namespace

TEST_CASE("the other side is who is still in the membership, and what tells it from this one") {
    TestNode node(pings);
    CHECK(other_side(node) == OtherSide{});
    node.cluster.members = {"a", "c"};
    CHECK(other_side(node).peers == Names{"c"});
    node.cluster.attributes["pingd"] = {{"a", "1"}, {"c", "3"}};
    CHECK(other_side(node).network_answers == false);
    node.cluster.attributes["pingd"]["a"] = "2";
    CHECK(other_side(node).network_answers == true);
}

TEST_CASE("without isolation_attribute ping says nothing") {
    TestNode node;
    node.cluster.attributes["pingd"]["a"] = "2";
    CHECK_FALSE(other_side(node).network_answers);
}

TEST_CASE("two nodes have no quorum as long as one of them was never seen") {
    TestNode node;
    CHECK_FALSE(other_side(node).was_never_seen);
    node.cluster.has_quorum = false;
    CHECK(other_side(node).was_never_seen);
    node.cluster.is_two_node = false;
    CHECK_FALSE(other_side(node).was_never_seen);
}

TEST_CASE("a quorum is a majority unless each of two nodes has one alone") {
    TestNode node;
    CHECK_FALSE(other_side(node).has_majority);
    node.cluster.is_two_node = false;
    CHECK(other_side(node).has_majority);
    node.cluster.has_quorum = false;
    CHECK_FALSE(other_side(node).has_majority);
}

TEST_CASE("the other side is fenced if each of its nodes was, just now") {
    TestNode node;
    node.cluster.fenced = {{"c", 3s}};
    CHECK_FALSE(other_side(node).is_fenced);  // nobody is lost
    node.cluster.lost = {"c"};
    CHECK(other_side(node).is_fenced);
    node.cluster.fenced["c"] = 61s;
    CHECK_FALSE(other_side(node).is_fenced);
    node.cluster.lost = {"c", "d"};
    node.cluster.fenced = {{"c", 3s}};
    CHECK_FALSE(other_side(node).is_fenced);
    node.cluster.fenced["d"] = 59s;
    CHECK(other_side(node).is_fenced);
}

TEST_CASE("what cannot be asked is not known") {
    TestNode node;
    node.cluster.fail("crm_mon");
    CHECK(std::holds_alternative<Error>(look_at_other_side(node.operation())));
    TestNode other;
    other.cluster.fail("corosync-cmapctl");
    CHECK(std::holds_alternative<Error>(look_at_other_side(other.operation())));
}

TEST_CASE("failover_command is run with pgpool's placeholders, and what it prints is in the log") {
    NodeWithCommand node("echo lost %d %h, new %m %H %r");
    CHECK(node.run().empty());
    CHECK(node.log() == "lost 0 db0, new 1 db1 5433\n");
}

TEST_CASE("a failover_command that fails, or does not end, or is not there, is told") {
    CHECK(NodeWithCommand("exit 3").run().find("ended with exit status 3") != std::string::npos);
    CHECK(NodeWithCommand("sleep 60").run(200ms) == "failover_command did not end in time");
    CHECK(NodeWithCommand("").run().find("is empty") != std::string::npos);
}

TEST_CASE("failover_command sees nothing of the agent's own environment") {
    NodeWithCommand node("env");
    CHECK(node.run().empty());
    CHECK(node.log().find("OCF_") == std::string::npos);
    CHECK(node.log().find("PATH=") != std::string::npos);
}

}  // namespace ra::test
