#include "os/name_lookup.h"

#include <algorithm>

#include "tests/support/catch.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("only what libpq would look up is a name") {
    for (const auto* host : {"db1", "db1.example.com", "localhost", "10.0.0", "10.0.0.1.example.com"})
        CHECK(is_name(host));
    for (const auto* host : {"", "10.0.0.1", "::1", "fd00::1", "/run/postgresql", "@abstract"})
        CHECK_FALSE(is_name(host));
}

TEST_CASE("names are looked up at the same time, and a name that nobody knows costs no other one") {
    const std::string unknown = "no-such-host.invalid";
    const auto found = look_up({"localhost", unknown}, Deadline::in(60s));
    REQUIRE(found.size() == 2);
    REQUIRE(found.at("localhost"));
    const auto& addresses = *found.at("localhost");
    CHECK(std::ranges::any_of(addresses, [](const auto& a) { return a == "127.0.0.1" || a == "::1"; }));
    REQUIRE_FALSE(found.at(unknown));
    CHECK_THAT(found.at(unknown).error().message, Catch::StartsWith("cannot look up the name '" + unknown + "': "));
}

}  // namespace ra
