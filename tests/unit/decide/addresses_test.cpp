#include "decide/addresses.h"

#include <catch2/catch.hpp>
#include <vector>

namespace ra {

namespace {

TEST_CASE("addresses collide if one socket takes the port from the other") {
    struct Row {
        const char* address;
        const char* wanted;
        bool collide;
    };
    const std::vector<Row> rows{
        {"127.0.0.1", "127.0.0.1", true},  {"127.0.0.1", "127.0.0.2", false}, {"127.0.0.1", "localhost", true},
        {"::1", "localhost", true},        {"127.0.0.2", "localhost", false}, {"127.0.0.1", "*", true},
        {"10.0.0.1", "0.0.0.0", true},     {"fe80::1", "::", true},           {"0.0.0.0", "127.0.0.1", true},
        {"::", "10.0.0.1", true},          {"0.0.0.0", "localhost", true},    {"10.0.0.1", "::1", false},
        {"10.0.0.1", "db.example", false}, {"10.0.0.1", "", false},
    };
    for (const auto& row : rows) {
        INFO(row.address << " and " << row.wanted);
        CHECK(addresses_collide(row.address, row.wanted) == row.collide);
    }
}

}  // namespace

}  // namespace ra
