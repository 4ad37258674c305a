#include <algorithm>
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/namespace_holder.h"
#include "tests/support/pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

// What may be lost together with main.
struct Loss {
    const char* name;
    void (*apply)(Pgpool&);
};

constexpr Loss nothing{"nothing else", [](Pgpool&) {}};
constexpr Loss record{"the record", [](Pgpool& pgpool) { std::filesystem::remove(pgpool.state_file()); }};
constexpr Loss pid_file{"the pid file", [](Pgpool& pgpool) { std::filesystem::remove(pgpool.pid_file()); }};
constexpr Loss both{"the record and the pid file", [](Pgpool& pgpool) {
                        record.apply(pgpool);
                        pid_file.apply(pgpool);
                    }};
constexpr Loss movement{"all movement", [](Pgpool& pgpool) { freeze_all(pgpool.tree()); }};

// Only the log collector is left of its children, and it is not going to end.
bool waits_for_its_logger(pid_t main) {
    const auto children = living_children(main);
    const auto is_logger = [](pid_t pid) { return title_of(pid) == "pgpool: PgpoolLogger"; };
    return children.size() == 1 && is_logger(*children.begin()) && waits_for_a_child(main);
}

// Later versions do not hang: 4.6 shares a port with another pgpool, and goes on without one that a stranger has.
bool serves(pid_t main) { return living_children(main).size() > 4; }

}  // namespace

TEST_CASE("orphans of a killed main are a failure, a stop ends them, and the next start works") {
    const auto loss = GENERATE(nothing, record, pid_file, both, movement);
    DYNAMIC_SECTION("lost is " << loss.name) {
        Pgpool pgpool;
        kill_at_once(pgpool.start());
        loss.apply(pgpool);
        REQUIRE_FALSE(pgpool.tree().empty());
        const auto answer = pgpool.act("monitor");
        CHECK(answer.code == ExitCode::generic_error);
        CHECK_FALSE(answer.reason.empty());
        pgpool.stop();
        pgpool.start();
        CHECK(pgpool.client().alive());
    }
}

TEST_CASE("a probe reports orphans as a failure too") {
    Pgpool pgpool;
    kill_at_once(pgpool.start());
    CHECK(pgpool.act("monitor", {{"OCF_RESKEY_CRM_meta_interval", "0"}}).code == ExitCode::generic_error);
}

TEST_CASE("a start onto orphans ends them and serves, also when they have clients") {
    const auto loss = GENERATE(nothing, record, both, movement);
    DYNAMIC_SECTION("lost is " << loss.name) {
        Pgpool pgpool;
        const auto dead = pgpool.start();
        auto idle = pgpool.client();
        auto in_transaction = pgpool.client();
        in_transaction.query("BEGIN");
        kill_at_once(dead);
        const auto orphans = pgpool.tree();
        loss.apply(pgpool);
        const auto main = pgpool.start();
        for (const auto orphan : orphans) CHECK_FALSE(is_alive(orphan));
        CHECK(pgpool.client().alive());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        CHECK(pgpool.main() == main);
        pgpool.stop();
    }
}

TEST_CASE("orphans of a pgpool with a log collector are ended as a whole") {
    Pgpool pgpool;
    pgpool.configure("logging_collector = on\nlog_directory = '" + pgpool.directory().path().native() + "'");
    kill_at_once(pgpool.start());
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    pgpool.stop();
}

TEST_CASE("a child that dies alone is no failure: main makes a new one") {
    Pgpool pgpool;
    pgpool.start();
    kill_at_once(pgpool.idle_child());
    CHECK(pgpool.act("monitor").code == ExitCode::success);
}

TEST_CASE("a main that was killed and not reaped by its parent counts as dead") {
    Pgpool pgpool;
    const auto main = pgpool.start_by_hand(pgpool.by_hand({"-n"}));
    kill_at_once(main);
    REQUIRE(find_process(main)->state == 'Z');
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    pgpool.stop();
    REQUIRE(find_process(main)->state == 'Z');
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    const auto next = pgpool.start();
    CHECK(next != main);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
}

TEST_CASE("processes that a careless PID 1 does not reap count as dead") {
    Pgpool pgpool;
    const auto processes = NamespaceHolder::with_careless_init();
    pgpool.runner = processes.inside({});
    const auto living = [&] {
        std::set<pid_t> pids;
        for (const auto& process : living_processes())
            if (process.name == "pgpool" && processes.holds(process.pid)) pids.insert(process.pid);
        return pids;
    };
    for (int round = 0; round < 2; ++round) {
        REQUIRE(pgpool.act("start").code == ExitCode::success);
        REQUIRE(pgpool.client().alive());
        const auto tree = living();
        const auto main = std::ranges::find_if(tree, [](pid_t pid) { return title_of(pid) == PGPOOL_PROGRAM; });
        REQUIRE(main != tree.end());
        kill_at_once(*main);
        CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
        CHECK(pgpool.act("stop").code == ExitCode::success);
        CHECK(living().empty());
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
        CHECK(pgpool.remains() == std::set<std::string>{});
        CHECK(output_of(processes.inside({"sh", "-c", "cat /proc/sysvipc/shm /proc/sysvipc/sem | wc -l"})) == "2\n");
    }
}

TEST_CASE("the pid file of a dead main is removed also when it is named relative to the configuration") {
    Pgpool pgpool;
    pgpool.configure("pid_file_name = 'pgpool.pid'");
    kill_at_once(pgpool.start());
    std::filesystem::remove(pgpool.state_file());
    REQUIRE(std::filesystem::exists(pgpool.pid_file()));
    pgpool.stop();
}

TEST_CASE("a second main with the same configuration is no failure of the first, and both are stopped") {
    Pgpool pgpool;
    // With a log collector a main that finds its port taken hangs for ever.
    pgpool.configure("logging_collector = on\nlog_directory = '" + pgpool.directory().path().native() + "'");
    const auto main = pgpool.start();
    std::filesystem::remove(pgpool.pid_file());
    const Program second(pgpool.by_hand({"-n"}));
    REQUIRE(eventually([&] { return waits_for_its_logger(second.pid()) || serves(second.pid()); }));
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    CHECK(is_alive(main));
    pgpool.stop();
}

TEST_CASE("a main that hangs or has no port because it is taken is a failure and is stopped") {
    Pgpool pgpool;
    pgpool.configure("logging_collector = on\nlog_directory = '" + pgpool.directory().path().native() + "'");
    std::optional stranger(listen_on("127.0.0.1", pgpool.port()));
    const Program hung(pgpool.by_hand({"-n"}));
    REQUIRE(eventually([&] { return waits_for_its_logger(hung.pid()) || serves(hung.pid()); }));
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(pgpool.tree().empty());
    stranger.reset();
    pgpool.start();
    CHECK(pgpool.client().alive());
}

}  // namespace ra::test
