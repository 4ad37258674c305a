#include "observe/query.h"

#include <catch2/catch.hpp>

namespace ra {

TEST_CASE("a main node is lost only where it has said nothing when a lower node has answered") {
    const std::string words = "ERROR:  unable to read message kind\nDETAIL:  kind does not match between ";
    CHECK(has_lost_main_node(words + "main(0) slot[0] (52)\n"));
    CHECK(has_lost_main_node(words + "master(0) slot[0] (52)\n"));  // before version 4.2
    CHECK_FALSE(has_lost_main_node(words + "main(52) slot[1] (45)\n"));
    CHECK_FALSE(has_lost_main_node(words + "master(45) slot[1] (52)\n"));
    CHECK_FALSE(has_lost_main_node("FATAL:  password authentication failed for user \"main(0)\"\n"));
    CHECK_FALSE(has_lost_main_node(""));
}

}  // namespace ra
