#include "agent/probes/pcp.h"

#include <vector>

#include "tests/support/catch.h"

namespace ra::probe {

namespace {

using Catch::Contains;
using Names = std::vector<std::string>;

const std::string of_4_0 = LIBPCP_OF_4_0;
const std::string of_4_1 = LIBPCP_OF_4_1;
const std::string of_4_2 = LIBPCP_OF_4_2;
const std::string of_4_2_for_older_pgpool = LIBPCP_OF_4_2_FOR_OLDER_PGPOOL;
const std::string that_does_not_fit = LIBPCP_THAT_DOES_NOT_FIT;
const std::string of_an_unknown_release = LIBPCP_OF_AN_UNKNOWN_RELEASE;
const std::string missing = "libpcp.so.99";
const std::string of_another_project = "libc.so.6";

struct Asked {
    std::vector<NodeInfo> nodes;
    std::string failure;
    bool lacks_library = false;
};

Asked ask(const Names& names, const std::vector<int>& silent = {}) {
    Asked asked;
    const auto status = ask_nodes(names, {}, silent, [&asked](const NodeInfo& node) { asked.nodes.push_back(node); });
    if (status) return asked;
    asked.failure = status.error().message;
    asked.lacks_library = is_for_want_of_a_library(status.error());
    return asked;
}

}  // namespace

TEST_CASE("the first library that is there and pgpool's own is taken") {
    CHECK(*find_library(Names{missing, of_another_project, of_4_1, of_4_0}) == of_4_1);
}

TEST_CASE("nodes are asked for with a library of any release") {
    for (const auto& library : {of_4_0, of_4_1}) {
        INFO(library);
        const auto asked = ask({missing, library});
        CHECK(asked.failure == "");
        CHECK(asked.nodes == std::vector{NodeInfo{0, "db", 5432, NodeStatus::up, NodeRole::standby, false}});
    }
}

TEST_CASE("of a silent server pgpool tells by the statistics of its health check, where it has them") {
    const NodeInfo by_statistics{0, "db", 5432, NodeStatus::down, NodeRole::standby, false};
    const NodeInfo by_asking_it{0, "db", 5432, NodeStatus::up, NodeRole::standby, false};
    CHECK(ask({of_4_2}, {0}).nodes == std::vector{by_statistics});
    CHECK(ask({of_4_2}, {1}).nodes == std::vector{by_asking_it});
    CHECK(ask({of_4_2_for_older_pgpool}, {0}).nodes == std::vector{by_asking_it});
    CHECK(ask({of_4_1}, {0}).nodes == std::vector{by_asking_it});
}

TEST_CASE("where a library does not understand pgpool, the next one is asked") {
    const auto asked = ask({of_an_unknown_release, that_does_not_fit, missing, of_4_0});
    CHECK(asked.failure == "");
    CHECK(asked.nodes.size() == 1);
}

TEST_CASE("no library at all is told by the names that were looked for, and by what else was found") {
    const auto asked = ask({missing, of_another_project});
    CHECK(
        asked.failure ==
        "cannot find pgpool's libpcp, which asks for its nodes: no libpcp.so.99, libc.so.6; libc.so.6 is not pgpool's");
    CHECK(asked.lacks_library);
    CHECK_FALSE(promote_node(Names{missing}, {}, 0));
    CHECK_FALSE(attach_node(Names{missing}, {}, 0));
    CHECK_FALSE(detach_node(Names{missing}, {}, 0));
}

TEST_CASE("a library of another release than pgpool's is told by its name") {
    auto asked = ask({that_does_not_fit, missing});
    CHECK_THAT(asked.failure,
               Contains(that_does_not_fit + " is not of the release of this pgpool") && Contains("ArraySize"));
    CHECK(asked.lacks_library);
    asked = ask({of_an_unknown_release});
    CHECK_THAT(asked.failure, Contains("is not of the release of this pgpool: an answer of 700 bytes about node 0"));
    CHECK(asked.lacks_library);
    CHECK(asked.nodes.empty());
}

TEST_CASE("a request that pgpool refuses is no want of a library") {
    CHECK(promote_node(Names{of_4_0}, {}, 0));
    CHECK(attach_node(Names{of_4_0}, {}, 0));
    CHECK(detach_node(Names{of_4_0}, {}, 0));
    CHECK_FALSE(promote_node(Names{of_4_0}, {}, 1));
}

}  // namespace ra::probe
