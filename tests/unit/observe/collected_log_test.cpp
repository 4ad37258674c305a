#include "observe/collected_log.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

TEST_CASE("of a collected log only what is new counts, whatever the names of its files are") {
    const TemporaryDirectory directory;
    directory.write("pgpool-Mon.log", "FATAL:  of last week\n");
    directory.write("pgpool-Sun.log", "FATAL:  of yesterday\n");
    directory.link("link.log", directory.write("elsewhere/secret", "secret"));
    const CollectedLog log(directory.path());
    CHECK(log.written().empty());
    directory.write("pgpool-Mon.log", "FATAL:  of last week\nLOG:  new\n");
    directory.write("pgpool-Tue.log", "FATAL:  newer\n");
    directory.write("elsewhere/secret", "secret and more");
    CHECK(log.written() == "LOG:  new\n\nFATAL:  newer\n\n");
    directory.write("pgpool-Mon.log", "cut");
    CHECK(log.written() == "FATAL:  newer\n\n");
}

TEST_CASE("where no log is collected nothing was written") {
    const TemporaryDirectory directory;
    CHECK(CollectedLog("").written().empty());
    CHECK(CollectedLog(".").written().empty());
    const CollectedLog made_later(directory.path() / "later");
    CHECK(made_later.written().empty());
    directory.write("later/a.log", "first");
    CHECK(made_later.written() == "first\n");
}

}  // namespace

}  // namespace ra
