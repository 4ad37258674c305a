#include "pgpool/pcp_node.h"

#include "tests/support/catch.h"

namespace ra {

namespace {

TEST_CASE("a node is what PCP says of it") {
    const auto node = check_node(2, {"db", 5434, 2, 3, true});
    REQUIRE(node);
    CHECK(*node == NodeInfo{2, "db", 5434, NodeStatus::up, NodeRole::standby, true});
}

TEST_CASE("a number without a host and a port is no node, whatever its status") {
    for (const int status : {0, 1, 2, 3, 77}) {
        const auto node = check_node(1, {"", 0, status, 1, false});
        REQUIRE(node);
        CHECK_FALSE(node->has_value());
    }
}

TEST_CASE("what no pgpool says of a node is an error") {
    const auto said = GENERATE(values<PcpNode>({{"db", 0, 2, 1, false},
                                                {"db", -1, 2, 1, false},
                                                {"db", 65536, 2, 1, false},
                                                {"db", 5432, 4, 1, false},
                                                {"db", 5432, -1, 1, false},
                                                {"db", 5432, 2, 4, false},
                                                {"db", 5432, 2, -1, false}}));
    const auto node = check_node(1, said);
    REQUIRE_FALSE(node);
    CHECK(node.error().message == "cannot use what PCP says of node 1: it is not of the release of this libpcp");
}

}  // namespace

}  // namespace ra
