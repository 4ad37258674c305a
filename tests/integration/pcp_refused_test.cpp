// The agent cannot log in to PCP: the reason is told, and a pgpool that serves is not restarted for it.

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

const Variables on_this_host{{"OCF_CHECK_LEVEL", "10"}};

// A pgpool whose PCP the agent asks as `admin`.
struct GuardedPgpool : Pgpool {
    GuardedPgpool() {
        environment["OCF_RESKEY_pcp_user"] = "admin";
        environment["OCF_RESKEY_pcp_passfile"] = password_file;
        set_password("secret");
    }

    void set_password(const std::string& password) const {
        directory().write("agent.pcppass", "*:*:admin:" + password + "\n");
        REQUIRE(::chown(password_file.c_str(), 0, 0) == 0);
        REQUIRE(::chmod(password_file.c_str(), 0600) == 0);
    }

    const std::filesystem::path password_file = directory().path() / "agent.pcppass";
};

// It serves on, and every monitor says that it does, with or without the promoted role.
std::string reason_of_degraded(Pgpool& pgpool) {
    const auto main = pgpool.main();
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK(pgpool.act("monitor", under_pacemaker).code == ExitCode::success);
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::degraded_promoted);
    CHECK(pgpool.act("demote").code == ExitCode::success);
    CHECK(pgpool.main() == main);
    CHECK(pgpool.accepts_clients());
    return answer.reason;
}

}  // namespace

TEST_CASE("a PCP password that is wrong from some time on is told, never shown, and restarts nothing") {
    GuardedPgpool pgpool;
    pgpool.start();
    CHECK(pgpool.act("monitor", level_10).reason == "");
    pgpool.set_password("nonsense");
    CHECK_THAT(reason_of_degraded(pgpool),
               Contains("cannot log in by PCP: FATAL: authentication failed for user \"admin\""));
    CHECK_THAT(read_text(pgpool.directory().path() / "agent.log"), !Contains("nonsense"));
}

TEST_CASE("a PCP user without a password file is refused, and told of a pgpool that runs") {
    GuardedPgpool pgpool;
    pgpool.start();
    pgpool.environment.erase("OCF_RESKEY_pcp_passfile");
    CHECK(reason_of_degraded(pgpool) == "there is no password for PCP: pcp_user is set, and pcp_passfile is not");
    const auto valid = pgpool.act("validate-all");
    CHECK(valid.code == ExitCode::not_configured);
    CHECK(valid.reason == "parameter pcp_user is 'admin' without pcp_passfile (expected a file with the password)");
}

TEST_CASE("a PCP password file that is missing is refused, and told of a pgpool that runs") {
    GuardedPgpool pgpool;
    pgpool.start();
    std::filesystem::remove(pgpool.password_file);
    CHECK(reason_of_degraded(pgpool) ==
          "cannot read the PCP password file '" + pgpool.password_file.native() + "': No such file or directory");
    const auto valid = pgpool.act("validate-all", on_this_host);
    CHECK(valid.code == ExitCode::not_installed);
    CHECK_THAT(valid.reason, Contains("parameter pcp_passfile") && Contains("No such file or directory"));
}

TEST_CASE("a PCP password file that others can read is refused, and told of a pgpool that runs") {
    GuardedPgpool pgpool;
    pgpool.start();
    REQUIRE(::chmod(pgpool.password_file.c_str(), 0644) == 0);
    CHECK(reason_of_degraded(pgpool) == "cannot use the PCP password file '" + pgpool.password_file.native() +
                                            "': mode 0644 (expected a file of mode 0600)");
    const auto valid = pgpool.act("validate-all", on_this_host);
    CHECK(valid.code == ExitCode::no_permission);
    CHECK_THAT(valid.reason, Contains("parameter pcp_passfile") && Contains("mode 0644 lets others read it"));
    pgpool.stop();
    CHECK(pgpool.act("start").code == ExitCode::no_permission);
}

TEST_CASE("accounts of PCP that are missing are told and restart nothing") {
    GuardedPgpool pgpool;
    pgpool.start();
    pgpool.directory().write("pcp.conf", "somebody:5ebe2294ecd0e0f08eab7690d2a6ee69\n");
    CHECK_THAT(reason_of_degraded(pgpool), Contains("authentication failed for user \"admin\""));
    std::filesystem::remove(pgpool.directory().path() / "pcp.conf");
    CHECK_THAT(reason_of_degraded(pgpool), Contains("failed to authenticate PCP user") && Contains("pcp.conf"));
}

TEST_CASE("PCP that does not listen for TCP is asked through its socket") {
    Pgpool pgpool;
    pgpool.configure("pcp_listen_addresses = ''");
    pgpool.start();
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::success);
    CHECK(answer.reason == "");
}

TEST_CASE("PCP that cannot be reached at all is told and restarts nothing") {
    Pgpool pgpool;
    pgpool.configure("pcp_listen_addresses = ''");
    pgpool.start();
    std::filesystem::remove(pgpool.directory().path() / (".s.PGSQL." + std::to_string(pgpool.pcp_port())));
    CHECK_THAT(reason_of_degraded(pgpool), Contains("cannot ask pgpool") && Contains("by PCP: it does not listen"));
}

}  // namespace ra::test
