#include "os/local_addresses.h"

#include <unistd.h>

#include <climits>

#include "tests/support/catch.h"

namespace ra::test {

TEST_CASE("a host knows its addresses, its name, and its names in /etc/hosts") {
    const auto own = local_addresses();
    CHECK(own.contains("127.0.0.1"));
    CHECK(own.contains("localhost"));
    char name[HOST_NAME_MAX + 1] = "";
    REQUIRE(::gethostname(name, sizeof name) == 0);
    CHECK(own.contains(name));
}

TEST_CASE("a line of /etc/hosts gives its names to its address, and to no other one") {
    const std::set<std::string> own{"10.0.0.1", "fe80::1"};
    const auto names = [&](std::string_view hosts) { return names_in_hosts(hosts, own); };
    using Names = std::set<std::string>;
    CHECK(names("10.0.0.1 a a.example\n10.0.0.2 c\n") == Names{"a", "a.example"});
    CHECK(names("\t10.0.0.1\ta # b\n# 10.0.0.1 d\n\n10.0.0.1\n") == Names{"a"});
    CHECK(names("FE80:0:0::1 six\n::1 me\n127.0.1.1 also-me") == Names{"six", "me", "also-me"});
    CHECK(names("10.0.0.1x a\nexample b\n010.0.0.1 c\n").empty());
    CHECK(names("").empty());
}

}  // namespace ra::test
