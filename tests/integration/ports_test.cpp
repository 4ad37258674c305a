#include "tests/support/ports.h"

#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

TEST_CASE("a start on a port that a stranger holds fails and names the stranger") {
    const std::string address = GENERATE("127.0.0.1", "0.0.0.0");
    DYNAMIC_SECTION("on " << address) {
        Pgpool pgpool;
        const auto stranger = listen_on(address, pgpool.port());
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
        const auto answer = pgpool.act("start");
        CHECK(answer.code == ExitCode::generic_error);
        CHECK_THAT(answer.reason, Contains(std::to_string(::getpid())) && Contains(find_process(::getpid())->name));
        CHECK(pgpool.tree().empty());
        CHECK(pgpool.act("stop").code == ExitCode::success);
        CHECK(anybody_listens_on(pgpool.port()));
    }
}

TEST_CASE("a start on a PCP port that a stranger holds fails, says why and leaves nothing") {
    const std::string collector = GENERATE("off", "on");
    DYNAMIC_SECTION("with logging_collector " << collector) {
        Pgpool pgpool;
        pgpool.configure("logging_collector = " + collector);
        pgpool.configure("log_directory = '" + pgpool.directory().path().native() + "'");
        const auto stranger = listen_on("127.0.0.1", pgpool.pcp_port());
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
        const auto answer = pgpool.act("start");
        CHECK(answer.code == ExitCode::generic_error);
        CHECK_THAT(answer.reason, Contains(std::to_string(pgpool.pcp_port())));
        CHECK(pgpool.tree().empty());
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    }
}

TEST_CASE("a stranger on the same port of another address is no hindrance") {
    Pgpool pgpool;
    const auto stranger = listen_on("127.0.0.2", pgpool.port());
    const auto stranger_beside_pcp = listen_on("127.0.0.2", pgpool.pcp_port());
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    pgpool.start();
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(pgpool.tree().empty());
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
}

TEST_CASE("a start on the port of another pgpool fails and leaves that one's sockets alone") {
    Pgpool other;
    const auto main = other.start();
    Pgpool pgpool;
    pgpool.configure("port = " + std::to_string(other.port()));
    pgpool.put_sockets_in(other.directory().path().native());
    const auto answer = pgpool.act("start");
    CHECK(answer.code == ExitCode::generic_error);
    CHECK_THAT(answer.reason, Contains(std::to_string(main)) || Contains(std::to_string(other.port())));
    CHECK(pgpool.tree().empty());
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(other.main() == main);
    CHECK(other.client().alive());
    CHECK(SqlClient(other.directory().path(), other.port()).alive());
    CHECK(other.act("monitor").code == ExitCode::success);
}

TEST_CASE("pgpool is managed wherever it listens") {
    const std::string addresses = GENERATE("localhost", "*", "127.0.0.1", "");
    DYNAMIC_SECTION("listen_addresses is '" << addresses << "'") {
        Pgpool pgpool;
        pgpool.configure("listen_addresses = '" + addresses + "'");
        pgpool.configure("pcp_listen_addresses = '" + addresses + "'");
        const auto main = pgpool.start();
        CHECK(SqlClient(pgpool.directory().path(), pgpool.port()).alive());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        const auto adopted = pgpool.start();
        CHECK(adopted == main);
        kill_at_once(main);
        CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
        pgpool.stop();
    }
}

TEST_CASE("a name of the socket directory that is of another version of pgpool misleads nobody") {
    Pgpool pgpool;
    const bool is_newer = read_text(PGPOOL_PROGRAM).find("unix_socket_directories") != std::string::npos;
    pgpool.configure((is_newer ? "socket_dir" : "unix_socket_directories") + std::string(" = '/nowhere'"));
    pgpool.start();
    for (const auto* level : {"0", "10", "20"}) CHECK(pgpool.act("monitor", {{"OCF_CHECK_LEVEL", level}}).reason == "");
    pgpool.stop();
}

}  // namespace ra::test
