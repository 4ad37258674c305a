#include <thread>

#include "state/record_file.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra::test {

namespace {

using namespace std::chrono_literals;

const ProcessId main_process{4242, 987654321};
const ProcessId another{4243, 987654321};

// The record of a pgpool that several actions know.
class SharedRecord {
 public:
    explicit SharedRecord(const Memory& memory = {}) {
        REQUIRE(file().write({{main_process, "/etc/pgpool.conf", {9999, 9898, {}, {}, {}, {}}, {}}, memory}));
    }

    // As an action of its own has it.
    [[nodiscard]] RecordFile file() const { return {state(), "pool"}; }
    [[nodiscard]] std::filesystem::path state() const { return directory_.path() / "state"; }
    [[nodiscard]] Memory memory() const {
        const auto known = file().read();
        REQUIRE(known);
        REQUIRE(*known);
        return (*known)->memory;
    }

 private:
    TemporaryDirectory directory_;
};

// Tells whether all could be written.
template <typename Change>
bool remember_often(const RecordFile& file, Change change) {
    Memory before;
    for (int i = 1; i <= 50; ++i) {
        auto after = before;
        change(after, i);
        if (!file.remember(main_process, before, after)) return false;
        before = after;
    }
    return true;
}

}  // namespace

TEST_CASE("what differs is merged into what is remembered by now") {
    const Memory now{.promoted = true, .trouble = "old", .isolated_since = 5s, .served_timeline = 3};
    const Memory before{.trouble = "old", .isolated_since = 5s, .served_timeline = 2};
    const Memory after{.watched_since = 5s, .trouble = "new", .served_timeline = 2};
    CHECK(merge(now, before, after) ==
          Memory{.promoted = true, .watched_since = 5s, .trouble = "new", .served_timeline = 3});
    CHECK(merge(now, now, now) == now);
    CHECK(merge(now, before, before) == now);
}

TEST_CASE("an action that has read the record before another wrote to it loses nothing of that") {
    const SharedRecord record;
    const auto monitor = record.file();
    const auto promote = record.file();
    const auto before = (*monitor.read())->memory;
    REQUIRE((*promote.read())->memory == before);
    REQUIRE(monitor.remember(main_process, before, {.isolated_since = 77s, .served_timeline = 4}));
    REQUIRE(promote.remember(main_process, before, {.promoted = true}));
    CHECK(record.memory() == Memory{.promoted = true, .isolated_since = 77s, .served_timeline = 4});
}

TEST_CASE("two that remember different facts at the same time lose nothing") {
    const SharedRecord record;
    bool all_written = false;
    std::thread other([&, file = record.file()] {
        all_written =
            remember_often(file, [](Memory& memory, int i) { memory.isolated_since = std::chrono::seconds(i); });
    });
    const bool written = remember_often(
        record.file(), [](Memory& memory, int i) { memory.served_timeline = static_cast<std::uint32_t>(i); });
    other.join();
    CHECK(written);
    CHECK(all_written);
    CHECK(record.memory() == Memory{.isolated_since = 50s, .served_timeline = 50});
}

TEST_CASE("what is remembered is read by the action that remembers it") {
    const SharedRecord record;
    const auto file = record.file();
    REQUIRE(file.remember(main_process, {}, {.promoted = true}));
    CHECK((*file.read())->memory.promoted);
}

TEST_CASE("what is forgotten is gone") {
    const SharedRecord record({.trouble = "node 1 is detached", .isolated_since = 5s});
    REQUIRE(record.file().remember(main_process, record.memory(), {}));
    CHECK(record.memory() == Memory{});
}

TEST_CASE("what is remembered about another pgpool changes nothing") {
    const Memory known{.trouble = "node 1 is detached"};
    const SharedRecord record(known);
    CHECK(record.file().remember(another, known, {.promoted = true}).ok());
    CHECK(record.memory() == known);
}

TEST_CASE("nothing is remembered, and nothing left, where there is no record") {
    const SharedRecord record;
    REQUIRE(record.file().remove());
    CHECK(record.file().remember(main_process, {}, {.promoted = true}).ok());
    CHECK_FALSE(record.file().read()->has_value());
    CHECK(std::filesystem::is_empty(record.state()));
}

TEST_CASE("every fact is remembered as it was") {
    const SharedRecord record;
    const Memory memory{.promoted = true,
                        .watched_since = 5s,
                        .trouble = "node 1 (c:5432) is detached: it does not follow the primary",
                        .unresponsive_since = 1s,
                        .childless_since = 4s,
                        .isolated_since = 2s,
                        .served_timeline = 3,
                        .overtaken = "a on timeline 3 was overtaken by c on timeline 4"};
    REQUIRE(record.file().remember(main_process, {}, memory));
    CHECK(record.memory() == memory);
}

TEST_CASE("a record of the earlier format is read") {
    const auto record = parse_record(
        "pid=4242\nstart_time=987654321\nconfig=/etc/pgpool.conf\nport=9999\npromoted=1\ntrouble=\n"
        "unresponsive_since=0\nisolated_since=0\nserved_timeline=0\novertaken=\nwhat_nobody_knows=x\n");
    REQUIRE(record);
    CHECK(record->started.main == main_process);
    CHECK(record->memory == Memory{.promoted = true});
}

}  // namespace ra::test
