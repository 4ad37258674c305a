#include "decide/remains.h"

#include <functional>

#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra {

namespace {

using namespace scene;

using Paths = std::set<std::filesystem::path>;

Remains remains(const Snapshot& seen) { return remains_of(seen, find_process_tree(seen, instance)); }

TEST_CASE("what pgpool may leave is gathered while it runs") {
    auto seen = pgpool_runs();
    seen.others = {stat(110, 100, 100, "sh")};
    const auto left = remains(seen);
    CHECK((left.sockets == Paths{"/run/pg/.s.PGSQL.9999", "/run/pg/.s.PGSQL.9898"}));
    CHECK(left.pid_file.native() == "/run/pg/pgpool.pid");
    CHECK(left.shared_memory == std::set<int>{7});
    for (const pid_t pid : {100, 101, 102, 103}) CHECK(left.processes.contains(pid));
    CHECK(left.known == std::set<ProcessId>{{100, 1100}, {101, 1101}, {102, 1102}, {103, 1103}, {110, 1110}});
}

TEST_CASE("sockets that no configuration names any more are gathered from their holders") {
    auto seen = pgpool_runs();
    std::get<Endpoints>(seen.configured).port = 7000;
    auto& listeners = std::get<std::vector<UnixListener>>(seen.unix_listeners);
    listeners.push_back({"/run/pg/.s.PGPOOLWD_CMD.9000", 9});
    listeners.push_back({"@abstract", 9});
    listeners.push_back({"/run/of-a-stranger", 99});
    process(seen, 102).sockets.push_back(9);
    CHECK((remains(seen).sockets == Paths{"/run/pg/.s.PGSQL.7000", "/run/pg/.s.PGSQL.9999", "/run/pg/.s.PGSQL.9898",
                                          "/run/pg/.s.PGPOOLWD_CMD.9000"}));
}

TEST_CASE("the heirs of pgpool are those who hold its listening sockets after its end") {
    const auto left = remains(pgpool_runs());
    CHECK(left.listeners == std::set<ino_t>{1, 2});
    auto seen = nothing_runs();
    seen.port_holders = {{9999, "127.0.0.1", 500, "postgres", {}, 1},
                         {9999, "127.0.0.9", 501, "nginx", {}, 90},
                         {9898, "127.0.0.1", 0, "", {}, 2}};
    const auto heirs = heirs_of(left, seen);
    REQUIRE(heirs.size() == 1);
    CHECK(heirs.front().pid == 500);
}

TEST_CASE("the record tells what is left when nothing else does") {
    auto seen = nothing_runs();
    seen.configured = Error{"syntax"};
    seen.record = record();
    const auto left = remains(seen);
    CHECK((left.sockets == Paths{"/run/pg/.s.PGSQL.9999", "/run/pg/.s.PGSQL.9898"}));
    CHECK(left.shared_memory == std::set<int>{7});
    CHECK(left.processes == std::set<pid_t>{100});
}

TEST_CASE("a pid file is removed unless it is that of another living pgpool") {
    struct Row {
        const char* what;
        bool removed;
        std::function<void(Snapshot&)> change;  // of a pgpool that runs
    };
    const std::vector<Row> rows{
        {"it names main", true, [](auto&) {}},
        {"it names a child", true, [](auto& s) { s.pid_file = std::optional(PidFile{101}); }},
        {"it names a dead process", true, [](auto& s) { s.pid_file = std::optional(PidFile{999}); }},
        {"it names a stranger", true,
         [](auto& s) {
             s.others = {stat(500, 1, 500, "sleep")};
             s.pid_file = std::optional(PidFile{500});
         }},
        {"it is empty", true, [](auto& s) { s.pid_file = std::optional(PidFile{0}); }},
        {"it names an orphan", true,
         [](auto& s) {
             end_main(s);
             s.pid_file = std::optional(PidFile{101});
         }},
        {"it names another living pgpool", false,
         [](auto& s) {
             add_another_instance(s);
             s.pid_file = std::optional(PidFile{200});
         }},
        {"it names a child of another living pgpool", false,
         [](auto& s) {
             add_another_instance(s);
             s.pid_file = std::optional(PidFile{201});
         }},
        {"it is not there", false, lose_pid_file},
        {"it is no pid file", false, [](auto& s) { s.pid_file = Error{"it says 'x'"}; }},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto seen = pgpool_runs();
        row.change(seen);
        CHECK(remains(seen).pid_file.native() == (row.removed ? "/run/pg/pgpool.pid" : ""));
    }
}

TEST_CASE("a pid file stays as long as it is not known which pgpool lives") {
    auto seen = pgpool_runs();
    seen.processes = Error{"cannot list '/proc'"};
    CHECK(remains(seen).pid_file.empty());
}

TEST_CASE("another pgpool's sockets and memory do not remain of ours") {
    auto seen = pgpool_runs();
    add_another_instance(seen);
    std::get<std::vector<UnixListener>>(seen.unix_listeners).push_back({"/run/other/.s.PGSQL.7000", 21});
    const auto left = remains(seen);
    CHECK_FALSE(left.sockets.contains("/run/other/.s.PGSQL.7000"));
    CHECK_FALSE(left.shared_memory.contains(8));
    CHECK_FALSE(left.processes.contains(200));
    CHECK_FALSE(left.processes.contains(201));
}

TEST_CASE("what was once seen is not forgotten") {
    auto gathered = remains(pgpool_runs());
    auto later = nothing_runs();
    later.pid_file_path = "/run/pg/another.pid";
    later.pid_file = std::optional(PidFile{0});
    gathered.add(remains(later));
    CHECK(gathered.sockets.size() == 2);
    CHECK(gathered.pid_file.native() == "/run/pg/pgpool.pid");
    CHECK(gathered.shared_memory == std::set<int>{7});
    CHECK(gathered.processes.contains(103));
}

}  // namespace

}  // namespace ra
