#include <sys/stat.h>

#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/pgpool.h"

namespace ra::test {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("what pgpool says is appended to its log") {
    Pgpool pgpool;
    const std::string earlier = "what was said before\n";
    pgpool.directory().write("pgpool.log", earlier);
    pgpool.start();
    const auto first = read_text(pgpool.log());
    CHECK_THAT(first, StartsWith(earlier) && Contains("successfully started"));
    pgpool.stop();
    pgpool.start();
    CHECK_THAT(read_text(pgpool.log()), StartsWith(first));
}

TEST_CASE("a log that is no file of its own is refused, and nothing is started") {
    struct Row {
        const char* name;
        void (*make)(const Pgpool&);
    };
    const auto row = GENERATE(values<Row>({
        {"a symbolic link",
         [](const Pgpool& pgpool) {
             pgpool.directory().write("precious", "");
             std::filesystem::create_symlink("precious", pgpool.log());
         }},
        {"a link to nothing", [](const Pgpool& pgpool) { std::filesystem::create_symlink("precious", pgpool.log()); }},
        {"a FIFO", [](const Pgpool& pgpool) { REQUIRE(::mkfifo(pgpool.log().c_str(), 0666) == 0); }},
        {"a directory", [](const Pgpool& pgpool) { std::filesystem::create_directory(pgpool.log()); }},
        {"a file of root",
         [](const Pgpool& pgpool) {
             const auto file = pgpool.directory().write("pgpool.log", "");
             REQUIRE(::chown(file.c_str(), 0, 0) == 0);
         }},
    }));
    DYNAMIC_SECTION(row.name) {
        Pgpool pgpool;
        row.make(pgpool);
        const auto answer = pgpool.act("start");
        CHECK(answer.code != ExitCode::success);
        CHECK_THAT(answer.reason, Contains(pgpool.log().native()));
        CHECK(pgpool.remains() == std::set<std::string>{});
        CHECK(read_text(pgpool.directory().path() / "precious").empty());
    }
}

}  // namespace ra::test
