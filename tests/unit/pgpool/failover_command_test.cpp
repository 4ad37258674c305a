#include "pgpool/failover_command.h"

#include <string>

#include "tests/support/catch.h"

namespace ra::test {

namespace {

std::string command(const std::string& pattern) {
    PgpoolSettings settings;
    settings.backends = {{.id = 0, .host = "db0", .port = 5432, .data_directory = "/data/0"},
                         {.id = 1, .host = "db1", .port = 5433, .data_directory = "/data/1"},
                         {.id = 3, .host = "db3", .port = 5434, .data_directory = "/data/3"}};
    settings.failover_command = pattern;
    return failover_command_for(settings, 1, 3);
}

}  // namespace

TEST_CASE("pgpool's placeholders of failover_command are filled in") {
    CHECK(command("fail %d %h %p %D") == "fail 1 db1 5433 /data/1");
    CHECK(command("to %m %H %r %R") == "to 3 db3 5434 /data/3");
    CHECK(command("from %M %P %N %S") == "from 0 1 db1 5433");
    CHECK(command("100%% '%d'") == "100% '1'");
}

TEST_CASE("as pgpool does it, what stands behind % and is no placeholder is left out") {
    CHECK(command("a%xb%") == "ab");
    CHECK(command("").empty());
}

}  // namespace ra::test
