#include <unistd.h>

#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

TEST_CASE("a pgpool whose pid file is lost is still found, adopted and stopped") {
    const bool record_is_lost_too = GENERATE(false, true);
    DYNAMIC_SECTION((record_is_lost_too ? "with" : "without") << " loss of the record") {
        Pgpool pgpool;
        const auto main = pgpool.start();
        auto client = pgpool.client();
        std::filesystem::remove(pgpool.pid_file());
        if (record_is_lost_too) std::filesystem::remove(pgpool.state_file());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        const auto adopted = pgpool.start();
        CHECK(adopted == main);
        CHECK(client.alive());
        std::filesystem::remove(pgpool.pid_file());
        if (record_is_lost_too) std::filesystem::remove(pgpool.state_file());
        pgpool.stop();
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    }
}

TEST_CASE("a pid file that names a living stranger is no pgpool, and no hindrance") {
    const bool of_pgpools_user = GENERATE(false, true);
    DYNAMIC_SECTION((of_pgpools_user ? "of pgpool's user" : "of root")) {
        Pgpool pgpool;
        const Words sleep{"sleep", "infinity"};
        const Program stranger(of_pgpools_user ? as_server_account(sleep) : sleep);
        pgpool.directory().write("pgpool.pid", std::to_string(stranger.pid()));
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
        const auto main = pgpool.start();
        CHECK(main != stranger.pid());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        pgpool.stop();
        CHECK(is_alive(stranger.pid()));
    }
}

TEST_CASE("a stop beside a pid file that names a living stranger leaves the stranger alone") {
    Pgpool pgpool;
    const Program stranger(as_server_account({"sleep", "infinity"}));
    pgpool.directory().write("pgpool.pid", std::to_string(stranger.pid()));
    pgpool.stop();
    CHECK(is_alive(stranger.pid()));
}

TEST_CASE("a running pgpool is found although its pid file names a stranger") {
    const bool record_is_lost_too = GENERATE(false, true);
    DYNAMIC_SECTION((record_is_lost_too ? "with" : "without") << " loss of the record") {
        Pgpool pgpool;
        const auto main = pgpool.start();
        const Program stranger(as_server_account({"sleep", "infinity"}));
        pgpool.directory().write("pgpool.pid", std::to_string(stranger.pid()));
        if (record_is_lost_too) std::filesystem::remove(pgpool.state_file());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        const auto adopted = pgpool.start();
        CHECK(adopted == main);
        pgpool.stop();
        CHECK(is_alive(stranger.pid()));
    }
}

TEST_CASE("an unusable pid file keeps nobody from monitoring, starting and stopping") {
    const std::string content = GENERATE("", "0", "-1", "1", "99999999999999999999", "garbage\n", "12 34");
    DYNAMIC_SECTION("it says '" << content << "'") {
        Pgpool pgpool;
        pgpool.directory().write("pgpool.pid", content);
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
        CHECK(pgpool.act("stop").code == ExitCode::success);
        pgpool.directory().write("pgpool.pid", content);
        pgpool.start();
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        pgpool.stop();
    }
}

TEST_CASE("a pid file that is spoiled while pgpool runs hides nothing") {
    const std::string content = GENERATE("", "garbage\n");
    DYNAMIC_SECTION("it says '" << content << "'") {
        Pgpool pgpool;
        pgpool.start();
        pgpool.directory().write("pgpool.pid", content);
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        pgpool.stop();
    }
}

}  // namespace ra::test
