#include "system/own_addresses.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <climits>

namespace ra::test {

TEST_CASE("a host knows its addresses, its name, and its names in /etc/hosts") {
    const auto own = own_addresses();
    CHECK(own.contains("127.0.0.1"));
    CHECK(own.contains("localhost"));
    char name[HOST_NAME_MAX + 1] = "";
    REQUIRE(::gethostname(name, sizeof name) == 0);
    CHECK(own.contains(name));
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

}  // namespace ra::test
