
#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"

namespace ra::test {

TEST_CASE("a pgpool that does not run is reported as stopped, and can be stopped again") {
    Pgpool pgpool;
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    CHECK(pgpool.act("status").code == ExitCode::not_running);
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(pgpool.act("stop").code == ExitCode::success);
}

TEST_CASE("a probe of a stopped pgpool changes nothing, not even a stale pid file") {
    Pgpool pgpool;
    const std::string stale = "2147483647";  // beyond every limit of the kernel
    pgpool.directory().write("pgpool.pid", stale);
    const auto before = pgpool.directory().names();
    CHECK(pgpool.act("monitor", {{"OCF_RESKEY_CRM_meta_interval", "0"}}).code == ExitCode::not_running);
    CHECK(pgpool.directory().names() == before);
    CHECK(read_text(pgpool.pid_file()) == stale);
    CHECK_FALSE(std::filesystem::exists(pgpool.state_file()));
}

TEST_CASE("a probe of a running pgpool reports it") {
    Pgpool pgpool;
    pgpool.start();
    CHECK(pgpool.act("monitor", {{"OCF_RESKEY_CRM_meta_interval", "0"}}).code == ExitCode::success);
}

TEST_CASE("start succeeds only when clients are accepted, and a monitor agrees at once") {
    Pgpool pgpool;
    // Often enough to meet the moments at which pgpool has a port, but not yet a child, and the like.
    for (int round = 0; round < 20; ++round) {
        pgpool.start();
        CHECK(pgpool.client().query("SELECT 41 + 1") == "42");
        CHECK(SqlClient(pgpool.directory().path(), pgpool.port()).alive());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        pgpool.stop();
    }
}

TEST_CASE("starting a pgpool that runs changes neither its main process nor a session") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    auto client = pgpool.client();
    client.query("BEGIN");
    const auto adopted = pgpool.start();
    CHECK(adopted == main);
    CHECK(client.alive());
}

TEST_CASE("pgpool starts and is well although no backend answers") {
    Pgpool pgpool;
    pgpool.configure("backend_port0 = " + std::to_string(free_port()));
    pgpool.configure("backend_port1 = " + std::to_string(free_port()));
    pgpool.start();
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    pgpool.stop();
}

TEST_CASE("a pgpool whose program was replaced on disk is still known, alive and dead") {
    Pgpool pgpool;
    const auto program = pgpool.directory().path() / GENERATE("pgpool", "pgpool-of-another-name");
    std::filesystem::copy_file(PGPOOL_PROGRAM, program);
    pgpool.environment["OCF_RESKEY_binary"] = program;
    const auto main = pgpool.start();
    std::filesystem::remove(program);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    kill_at_once(main);
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    pgpool.stop();
}

TEST_CASE("a stop leaves nothing behind, whatever its clients are doing") {
    Pgpool pgpool;
    pgpool.start();
    auto idle = pgpool.client();
    auto in_transaction = pgpool.client();
    in_transaction.query("BEGIN");
    in_transaction.query("SELECT 1");
    auto busy = pgpool.client();
    busy.send("SELECT pg_sleep(1000)");
    const auto silent = connect_to(pgpool.port());
    REQUIRE(idle.alive());
    pgpool.stop();
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
}

TEST_CASE("each mode of a stop ends pgpool completely") {
    Pgpool pgpool;
    pgpool.environment["OCF_RESKEY_stop_mode"] = GENERATE("smart", "fast", "immediate");
    pgpool.start();
    REQUIRE(pgpool.client().alive());
    pgpool.stop();
}

TEST_CASE("a smart stop waits for a client to leave") {
    Pgpool pgpool;
    pgpool.environment["OCF_RESKEY_stop_mode"] = "smart";
    pgpool.start();
    std::optional client(pgpool.client());
    auto stop = pgpool.begin("stop");
    REQUIRE(eventually([&] { return pgpool.idle_children().empty(); }));
    CHECK(client->alive());
    client.reset();
    CHECK(stop.wait().exit_code == 0);
    CHECK(pgpool.remains() == std::set<std::string>{});
}

TEST_CASE("a smart stop ends a client that never leaves, still within its timeout") {
    Pgpool pgpool;
    pgpool.environment["OCF_RESKEY_stop_mode"] = "smart";
    pgpool.start();
    auto client = pgpool.client();
    client.query("BEGIN");
    pgpool.stop();
}

TEST_CASE("a stop leaves nothing of a pgpool whose processes were all killed") {
    Pgpool pgpool;
    pgpool.start();
    REQUIRE(pgpool.client().alive());
    freeze_all(pgpool.tree());
    for (const auto pid : pgpool.tree()) kill_at_once(pid);
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    pgpool.stop();
}

}  // namespace ra::test
