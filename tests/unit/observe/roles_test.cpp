#include "observe/roles.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/user.h"
#include "tests/support/catch.h"
#include "tests/support/ports.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

PgpoolSettings with_backend(std::uint16_t port) {
    PgpoolSettings settings;
    settings.backends = {{0, "127.0.0.1", port}};
    return settings;
}

const PcpAddress pcp_socket{"/run/pcp", 9898};

const std::vector<std::string> started_by_hand{"/usr/sbin/pgpool", "-n", "-F", "/etc/pcp.conf"};

}  // namespace

TEST_CASE("the login to PostgreSQL is what the parameters say, else pgpool's own account for checks") {
    PgpoolSettings configured;
    configured.sr_check_user = "checker";
    configured.sr_check_database = "db";
    configured.sr_check_password = "pw";
    auto login = backend_login({}, configured);
    CHECK(login["user"] == "checker");
    CHECK(login["dbname"] == "db");
    CHECK(login["password"] == "pw");

    Parameters parameters;
    parameters.backend_user = "somebody";
    parameters.backend_database = "other";
    parameters.backend_passfile = "/pass";
    parameters.backend_options = {{"sslmode", "require"}};
    login = backend_login(parameters, configured);
    CHECK(login["user"] == "somebody");
    CHECK(login["dbname"] == "other");
    CHECK(login["passfile"] == "/pass");
    CHECK(login["sslmode"] == "require");
    CHECK_FALSE(login.contains("password"));

    login = backend_login({}, PgpoolSettings());
    CHECK(login["user"] == "nobody");
    CHECK(login["dbname"] == "postgres");
}

TEST_CASE("PCP is asked as the user of the parameters, at the address that is given") {
    const TemporaryDirectory directory;
    const PcpAccountFiles own(directory.path() / "state", "pool");
    Parameters parameters;
    parameters.pcp_user = "admin";
    parameters.pcp_passfile = directory.write("pass", "*:*:admin:secret\n");
    REQUIRE(::chmod(parameters.pcp_passfile.c_str(), 0600) == 0);
    const auto login = pcp_login(parameters, own, started_by_hand, pcp_socket);
    REQUIRE(login);
    CHECK(*login == Variables{{"PCP_HOST", "/run/pcp"},
                              {"PCP_PORT", "9898"},
                              {"PCP_USER", "admin"},
                              {"PCPPASSFILE", parameters.pcp_passfile}});
}

TEST_CASE("a PCP password file that libpcp would pass over is an error") {
    const TemporaryDirectory directory;
    const PcpAccountFiles own(directory.path() / "state", "pool");
    Parameters parameters;
    parameters.pcp_user = "admin";
    const auto why = [&] {
        const auto login = pcp_login(parameters, own, started_by_hand, pcp_socket);
        return login ? "" : login.error().message;
    };
    CHECK(why() == "there is no password for PCP: pcp_user is set, and pcp_passfile is not");
    parameters.pcp_passfile = directory.write("pass", "");
    REQUIRE(::chmod(parameters.pcp_passfile.c_str(), 0640) == 0);
    CHECK(why() == "cannot use the PCP password file '" + parameters.pcp_passfile.native() +
                       "': mode 0640 (expected a file of mode 0600)");
    parameters.pcp_passfile = directory.path() / "missing";
    CHECK(why().find("missing': No such file or directory") != std::string::npos);
    parameters.pcp_passfile = directory.path();
    CHECK(why().find("expected a file of mode 0600") != std::string::npos);
}

TEST_CASE("the agent's own PCP account counts for a pgpool that was started with it, and for no other") {
    const TemporaryDirectory directory;
    const PcpAccountFiles own(directory.path() / "state", "pool");
    REQUIRE(
        own.refresh("/missing", *find_account(::getpwuid(::geteuid())->pw_name, Deadline::in(60s)), Deadline::in(60s)));
    const std::vector<std::string> started_by_agent{"/usr/sbin/pgpool", "-n", "-F", own.pcp_config()};
    const auto login = pcp_login({}, own, started_by_agent, pcp_socket);
    REQUIRE(login);
    CHECK(login->at("PCP_USER") == own.account()->user);
    CHECK(login->at("PCP_PASSWORD") == own.account()->password);
    CHECK_FALSE(pcp_login({}, own, started_by_hand, pcp_socket));
    own.remove();
    CHECK_FALSE(pcp_login({}, own, started_by_agent, pcp_socket));
}

TEST_CASE("what pgpool.conf says is part of the roles without any answer") {
    PgpoolSettings configured;
    configured.has_watchdog = true;
    configured.has_follow_primary_command = true;
    configured.has_streaming_replication = false;
    const auto facts = ask_for_roles(configured, {}, Error{"no account"}, {}, {}, Deadline::in(60s));
    CHECK(facts.has_watchdog);
    CHECK(facts.has_follow_primary_command);
    CHECK_FALSE(facts.has_streaming_replication);
    CHECK(facts.pcp_failure == "no account");
}

TEST_CASE("a backend that nobody listens for, and a PCP without a socket, are errors in words") {
    const TemporaryDirectory directory;
    const auto configured = with_backend(test::free_port());
    const Variables pcp{{"PCP_HOST", directory.path()}, {"PCP_PORT", "9898"}, {"PCP_USER", "u"}, {"PCP_PASSWORD", "p"}};
    const auto facts = ask_for_roles(configured, backend_login({}, configured), pcp, {}, {}, Deadline::in(60s));
    REQUIRE(facts.backends.size() == 1);
    CHECK(std::get<Error>(facts.backends[0].state).message == "Connection refused");
    CHECK_FALSE(facts.backends[0].answers_without_state);
    CHECK(facts.pcp_failure.find("cannot log in by PCP") == 0);
    CHECK_FALSE(facts.pcp_timed_out);
}

TEST_CASE("a backend and a PCP that accept and say nothing are silent, within the deadline") {
    const auto port = test::free_port();
    const auto pcp_port = test::free_port();
    const auto backend = test::listen_on("127.0.0.1", port);
    const auto pcp = test::listen_on("127.0.0.1", pcp_port);
    const auto configured = with_backend(port);
    const Variables login{
        {"PCP_HOST", "127.0.0.1"}, {"PCP_PORT", std::to_string(pcp_port)}, {"PCP_USER", "u"}, {"PCP_PASSWORD", "p"}};
    const auto enough = Deadline::in(60s);
    const auto facts = ask_for_roles(configured, backend_login({}, configured), login, {}, {}, Deadline::in(1s));
    CHECK_FALSE(enough.passed());
    CHECK(facts.pcp_timed_out);
    CHECK(std::get<Error>(facts.backends[0].state).message == "no answer in time");
}

}  // namespace ra
