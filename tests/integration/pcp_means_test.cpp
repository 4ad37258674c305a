// A host that lacks what the agent needs to ask pgpool by PCP: pgpool serves as well, and it is told what is missing.

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/namespace_holder.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

// A pgpool whose agent sees a /run, and files, of its own.
class PgpoolOfPoorHost : public Pgpool {
 public:
    PgpoolOfPoorHost() : mounts_(NamespaceHolder::with_own_mounts()) {
        inside("mount -t tmpfs -o mode=0755 tmpfs /run");
        runner = mounts_.inside({});
    }

    std::string inside(const std::string& command) const {
        return output_of(mounts_.inside({"sh", "-c", command}),
                         {{"OPENSSL_CNF", directory().write("openssl.cnf",
                                                            "openssl_conf = init\n[init]\nalg_section = algorithms\n"
                                                            "[algorithms]\ndefault_properties = fips=yes\n")}});
    }

    void lose_libpcp() const {
        inside(
            "file=$(ldconfig -p | sed -n 's/.*libpcp\\.so\\.2.* => //p' | head -n 1); mount --bind /dev/null "
            "\"$file\"");
    }

    // As one that the loader refuses: it ends without a word that the agent could read.
    void break_the_program_for_pcp() const {
        directory().write("silent", "#!/bin/sh\nexit 127\n");
        std::filesystem::permissions(directory().path() / "silent", std::filesystem::perms{0755});
        inside("mount --bind " + (directory().path() / "silent").native() + " " +
               (std::filesystem::path(AGENT_PROGRAM).parent_path() / "pgpool-ask-pcp").native());
    }

    void refuse_md5() const { inside("mount --bind \"$OPENSSL_CNF\" /etc/ssl/openssl.cnf"); }

    std::string warnings() const {
        return nlohmann::json::parse(
                   output_of(mounts_.inside({AGENT_PROGRAM, "explain", "--json"}), environment))["warnings"]
            .dump();
    }

    std::string said() const { return read_text(directory().path() / "agent.log"); }

 private:
    NamespaceHolder mounts_;
};

const Variables checked_here{{"OCF_CHECK_LEVEL", "10"}};

}  // namespace

TEST_CASE("without a libpcp that can be loaded pgpool serves, and every action says what is missing") {
    PgpoolOfPoorHost pgpool;
    pgpool.lose_libpcp();
    CHECK(pgpool.act("validate-all", checked_here).code == ExitCode::success);
    CHECK_THAT(pgpool.said(), Contains("cannot find pgpool's libpcp") && Contains("install the libpcp of this pgpool"));
    pgpool.start();
    CHECK_THAT(pgpool.said(), Contains("started, but cannot find pgpool's libpcp") &&
                                  Contains("HINT: install the libpcp of this pgpool"));
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains("cannot find pgpool's libpcp"));
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    CHECK_THAT(pgpool.warnings(), Contains("cannot find pgpool's libpcp") && Contains("file too short"));
    CHECK(pgpool.accepts_clients());
    pgpool.stop();
}

TEST_CASE("a program for PCP that cannot run is told by its name and its end, not as a fault of pgpool.conf") {
    PgpoolOfPoorHost pgpool;
    pgpool.break_the_program_for_pcp();
    pgpool.start();
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains("pgpool-ask-pcp ended with exit status 127"));
    CHECK_THAT(pgpool.warnings(),
               Contains("pgpool-ask-pcp ended with exit status 127: node roles are neither watched"));
    pgpool.stop();
}

TEST_CASE("where OpenSSL refuses md5 pgpool starts without an account of the agent, and roles are only reported") {
    PgpoolOfPoorHost pgpool;
    pgpool.refuse_md5();
    CHECK(pgpool.act("validate-all", checked_here).code == ExitCode::success);
    CHECK_THAT(pgpool.said(), Contains("cannot make a PCP account") && Contains("set pcp_user and pcp_passfile"));
    pgpool.start();
    CHECK_THAT(pgpool.said(), Contains("pgpool is started without it, and node roles are only reported") &&
                                  Contains("HINT: set pcp_user and pcp_passfile"));
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains("there is no PCP account"));
    CHECK_THAT(pgpool.warnings(), Contains("cannot make a PCP account"));
    CHECK(pgpool.accepts_clients());
    pgpool.stop();
}

TEST_CASE("directories that a package of pgpool would have made are made by a start, for the user of pgpool") {
    Pgpool pgpool;
    const auto log = pgpool.directory().path() / "log/pgpool.log";
    const auto pid_file = pgpool.directory().path() / "run/pgpool.pid";
    pgpool.environment["OCF_RESKEY_log"] = log;
    pgpool.configure("pid_file_name = '" + pid_file.native() + "'");
    CHECK(pgpool.act("validate-all", checked_here).code == ExitCode::success);
    pgpool.start();
    CHECK_THAT(read_text(log), Contains("successfully started"));
    for (const auto& made : {log.parent_path(), pid_file.parent_path()}) {
        struct stat about {};
        REQUIRE(::stat(made.c_str(), &about) == 0);
        CHECK((about.st_mode & 07777) == 0755);
        CHECK(about.st_uid != 0);
    }
    pgpool.stop();
    CHECK_FALSE(std::filesystem::exists(pid_file));
}

TEST_CASE("a directory of root that the pid file has to be in is told by validate-all") {
    Pgpool pgpool;
    const auto directory = pgpool.directory().path() / "run";
    std::filesystem::create_directory(directory);
    pgpool.configure("pid_file_name = '" + (directory / "pgpool.pid").native() + "'");
    const auto answer = pgpool.act("validate-all", checked_here);
    CHECK(answer.code == ExitCode::no_permission);
    CHECK_THAT(answer.reason, Contains("pid_file_name of pgpool.conf") && Contains("Permission denied for user"));
    CHECK(pgpool.act("start").code == ExitCode::generic_error);
}

}  // namespace ra::test
