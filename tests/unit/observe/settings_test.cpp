#include "observe/settings.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/support/temporary_directory.h"

namespace {

using namespace ra;
using namespace std::chrono_literals;

PgpoolSettings settings_of(const std::string& lines) {
    const TemporaryDirectory directory;
    const auto conf = PgpoolConf::read(directory.write("pgpool.conf", lines));
    REQUIRE(conf);
    return read_settings(*conf);
}

}  // namespace

TEST_CASE("settings have pgpool's own defaults") {
    const auto settings = settings_of("");
    CHECK(settings.backends == 0);
    CHECK(settings.search_primary_node_timeout == 5min);
    CHECK_FALSE(settings.detach_false_primary);
    CHECK(settings.pcp_listen_addresses == std::vector<std::string>{"localhost"});
}

TEST_CASE("settings are read as pgpool reads them") {
    const auto settings = settings_of(
        "backend_hostname0 = 'a'\nbackend_hostname1 = 'c'\ndetach_false_primary = on\npcp_listen_addresses = '*'\n");
    CHECK(settings.backends == 2);
    CHECK(settings.detach_false_primary);
    CHECK(settings.pcp_listen_addresses == std::vector<std::string>{"*"});
}

TEST_CASE("a search for a primary is limited in pgpool's units") {
    const auto [value, expected] = GENERATE(table<std::string, std::chrono::milliseconds>(
        {{"1", 1s}, {"'500ms'", 500ms}, {"20s", 20s}, {"2min", 2min}, {"1h", 1h}, {"0", 0s}, {"soon", 5min}}));
    CHECK(settings_of("search_primary_node_timeout = " + value + "\n").search_primary_node_timeout == expected);
}
