#include "state/record_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::string_literals;

Record full_record() {
    Record record;
    record.started.main = {4242, 987654321};
    record.started.config = "/etc/with = and blanks/pgpool.conf";
    record.started.endpoints = {9999, 9898, {"localhost", "::1"}, {"/run/a", "/run/b"}, {"/run/pcp"}, "/run/pgpool.pid",
                                {"*"}};
    record.started.shared_memory = {0, 7, 65538};
    record.memory.promoted = true;
    record.memory.trouble = "node 1 is detached";
    record.memory.unresponsive_since = std::chrono::seconds(77);
    return record;
}

const Record full = full_record();

TEST_CASE("a record is read as it was written") {
    CHECK(*parse_record(to_text(full)) == full);
    Record sparse;
    sparse.started.main = {1, 1};
    sparse.started.endpoints.port = 1024;
    CHECK(*parse_record(to_text(sparse)) == sparse);
}

TEST_CASE("a key of a later version is none of our business") {
    CHECK(*parse_record(to_text(full) + "pcp_secret=x\n\n") == full);
}

TEST_CASE("a moment or a timeline of zero is one that is not known") {
    Record known = full;
    known.memory.trouble = "0";
    CHECK(*parse_record(to_text(known)) == known);
    CHECK(*parse_record(to_text(full) + "isolated_since=0\nunreachable_since=00\nserved_timeline=00\n") == full);
}

TEST_CASE("a damaged record is refused") {
    const auto with = [](const std::string& line) { return to_text(full) + line + "\n"; };
    const std::vector<std::string> texts{
        "",
        "\n\n",
        std::string(100, '\0'),
        to_text(full).substr(0, 8),
        "pid=4242\nstart_time=9\n",
        "start_time=9\nport=9999\n",
        with("no equals sign"),
        with("pid="),
        with("pid=0"),
        with("pid=-1"),
        with("pid=99999999999"),
        with("pid=42x"),
        with("pid=42\0"s),
        with("start_time=0"),
        with("start_time=-1"),
        with("start_time=99999999999999999999"),
        with("port=0"),
        with("port=65536"),
        with("pcp_port=-1"),
        with("shared_memory=1,two"),
        with("shared_memory=99999999999"),
        with("isolated_since=-1"),
        with("told=1 -1 attach node 0"),
    };
    for (const auto& text : texts) {
        INFO(text);
        CHECK_FALSE(parse_record(text));
    }
}

struct RecordDirectory : TemporaryDirectory {
    [[nodiscard]] RecordFile file(const std::string& instance) const { return {state, instance}; }
    const std::filesystem::path state = path() / "state";
};

TEST_CASE("a record that was never written is none") {
    const RecordDirectory directory;
    const auto record = directory.file("pool").read();
    REQUIRE(record);
    CHECK_FALSE(record->has_value());
    CHECK(directory.file("pool").remove().ok());
    CHECK_FALSE(std::filesystem::exists(directory.state));
}

TEST_CASE("a record outlives the action and ends when it is removed") {
    const RecordDirectory directory;
    REQUIRE(directory.file("pool").write(full));
    CHECK(**directory.file("pool").read() == full);
    REQUIRE(directory.file("pool").remove());
    CHECK_FALSE(directory.file("pool").read()->has_value());
}

TEST_CASE("instances do not share a record whatever they are called") {
    const RecordDirectory directory;
    const std::vector<std::string> names{"pool", "pool:0", "pool:1", "pool%3a0", "../pool",
                                         "..",   ".",      "/etc/x", "p l",      "ü"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto record = full;
        record.started.main.pid = static_cast<pid_t>(i + 1);
        REQUIRE(directory.file(names[i]).write(record));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        INFO(names[i]);
        CHECK((*directory.file(names[i]).read())->started.main.pid == static_cast<pid_t>(i + 1));
    }
    const std::filesystem::directory_iterator entries(directory.state);
    CHECK(static_cast<std::size_t>(std::distance(begin(entries), end(entries))) == names.size());
}

TEST_CASE("a record in a directory that others can reach is not trusted") {
    const RecordDirectory directory;
    REQUIRE(directory.file("pool").write(full));
    std::filesystem::permissions(directory.state, std::filesystem::perms{0755});
    CHECK_FALSE(directory.file("pool").read());
    const auto status = directory.file("pool").write(full);
    REQUIRE_FALSE(status);
    CHECK(status.error().message.find(directory.state) != std::string::npos);
}

TEST_CASE("a record that is damaged is an error and not none") {
    const RecordDirectory directory;
    REQUIRE(directory.file("pool").write(full));
    SECTION("cut") { std::filesystem::resize_file(directory.state / "pool", 3); }
    SECTION("emptied") { std::filesystem::resize_file(directory.state / "pool", 0); }
    SECTION("huge") { std::filesystem::resize_file(directory.state / "pool", 1 << 20); }
    SECTION("a directory") {
        std::filesystem::remove(directory.state / "pool");
        std::filesystem::create_directory(directory.state / "pool");
    }
    CHECK_FALSE(directory.file("pool").read());
}

}  // namespace

}  // namespace ra
