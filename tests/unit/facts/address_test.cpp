#include "facts/address.h"

#include <vector>

#include "tests/support/catch.h"

namespace ra {

namespace {

TEST_CASE("addresses collide if one socket takes the port from the other") {
    struct Row {
        const char* address;
        const char* wanted;
        bool collide;
    };
    const std::vector<Row> rows{
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "127.0.0.2", false},
        {"127.0.0.1", "localhost", true},
        {"::1", "localhost", true},
        {"127.0.0.2", "localhost", false},
        {"127.0.0.1", "*", true},
        {"10.0.0.1", "0.0.0.0", true},
        {"fe80::1", "::", true},
        {"0.0.0.0", "127.0.0.1", true},
        {"::", "10.0.0.1", false},
        {"0.0.0.0", "localhost", true},
        {"10.0.0.1", "::1", false},
        {"10.0.0.1", "db.example", false},
        {"10.0.0.1", "", false},
        {"::", "::1", true},
        {"0.0.0.0", "::1", false},
        {"0.0.0.0", "::", false},
        {"fe80::1", "0.0.0.0", false},
        {"::", "*", true},
        {"::", "localhost", true},
        {"0.0.0.0", "db.example", true},
    };
    for (const auto& row : rows) {
        INFO(row.address << " and " << row.wanted);
        CHECK(addresses_collide(row.address, row.wanted) == row.collide);
    }
}

TEST_CASE("a socket on :: takes an IPv4 address if it is known to serve both families") {
    for (const auto* wanted : {"10.0.0.1", "0.0.0.0"}) {
        CHECK(addresses_collide("::", wanted, false));
        CHECK_FALSE(addresses_collide("::", wanted, true));
        CHECK_FALSE(addresses_collide("::", wanted));
    }
    CHECK(addresses_collide("::", "::1", true));
    CHECK(addresses_collide("::", "*", true));
}

TEST_CASE("a backend is on this host by any of its names") {
    const std::set<std::string> own{"10.0.0.1", "db1.example.com", "primary", "fd00::1"};
    const auto [host, is_here] = GENERATE(table<std::string, bool>({
        {"", true},
        {"/var/run/postgresql", true},
        {"localhost", true},
        {"127.0.1.1", true},
        {"::1", true},
        {"10.0.0.1", true},
        {"fd00::1", true},
        {"db1.example.com", true},
        {"db1", true},
        {"10.0.0.10", false},
        {"10.0.0", false},
        {"10.0.0.1.example.com", false},
        {"127.example.com", false},
        {"db10", false},
        {"db1.example.org", false},
        {"primary.example.com", false},
        {"db", false},
    }));
    INFO(host);
    CHECK(is_on_this_host(host, own) == is_here);
}

}  // namespace

}  // namespace ra
