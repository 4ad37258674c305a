#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/namespace_holder.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

// start on a pgpool that was not started by the agent.
void check_adoption(Pgpool& pgpool, pid_t main) {
    auto client = pgpool.client();
    client.query("BEGIN");
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    const auto adopted = pgpool.start();
    CHECK(adopted == main);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    CHECK(pgpool.main() == main);
    CHECK(client.alive());
}

Words from_a_shell(const std::string& command) { return as_server_account({"sh", "-c", command + "; true"}); }

}  // namespace

TEST_CASE("a pgpool that was started by hand is adopted with its sessions and stopped completely") {
    struct Way {
        const char* name;
        Words (*command)(const Pgpool&);
    };
    const auto way = GENERATE(values<Way>({
        {"as a daemon", [](const Pgpool& pgpool) { return pgpool.by_hand(); }},
        {"without detaching", [](const Pgpool& pgpool) { return pgpool.by_hand({"-n"}); }},
        {"from a shell",
         [](const Pgpool& pgpool) { return from_a_shell("pgpool -n -f " + pgpool.configuration().native()); }},
        {"with a long option",
         [](const Pgpool& pgpool) {
             return from_a_shell("pgpool -n --config-file=" + pgpool.configuration().native());
         }},
        {"with a relative path",
         [](const Pgpool& pgpool) {
             return from_a_shell("cd " + pgpool.directory().path().native() + "; pgpool -n -f pgpool.conf");
         }},
        {"with another spelling of the path",
         [](const Pgpool& pgpool) {
             return from_a_shell("pgpool -n -f " + pgpool.directory().path().native() + "/.//pgpool.conf");
         }},
        {"through a symbolic link",
         [](const Pgpool& pgpool) {
             const auto link = pgpool.directory().path() / "link";
             std::filesystem::create_symlink(pgpool.directory().path(), link);
             return from_a_shell("pgpool -n -f " + link.native() + "/pgpool.conf");
         }},
        {"by root",
         [](const Pgpool& pgpool) {
             return Words{"pgpool", "-n", "-f", pgpool.configuration().native()};
         }},
    }));
    DYNAMIC_SECTION(way.name) {
        Pgpool pgpool;
        check_adoption(pgpool, pgpool.start_by_hand(way.command(pgpool)));
        pgpool.stop();
    }
}

TEST_CASE("a pgpool that was started by hand is stopped completely without having been adopted") {
    Pgpool pgpool;
    pgpool.start_by_hand(pgpool.by_hand());
    auto client = pgpool.client();
    client.query("BEGIN");
    pgpool.stop();
}

TEST_CASE("a pgpool that only a probe has found is remembered by the first monitor") {
    Pgpool pgpool;
    pgpool.start_by_hand(pgpool.by_hand());
    const Variables probe{{"OCF_RESKEY_CRM_meta_interval", "0"}};
    const Variables recurring{{"OCF_RESKEY_CRM_meta_interval", "10000"}};
    CHECK(pgpool.act("monitor", probe).code == ExitCode::success);
    CHECK_FALSE(std::filesystem::exists(pgpool.state_file()));
    CHECK(pgpool.act("demote").code == ExitCode::success);
    CHECK(pgpool.act("monitor", recurring).code == ExitCode::success);
    CHECK(std::filesystem::exists(pgpool.state_file()));
    pgpool.stop();
}

TEST_CASE("a pgpool that only a probe has found can be promoted") {
    Pgpool pgpool;
    pgpool.start_by_hand(pgpool.by_hand());
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::running_promoted);
    CHECK(pgpool.act("demote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    pgpool.stop();
}

TEST_CASE("a pgpool that the init script has started is adopted with its sessions and stopped completely") {
    Pgpool pgpool;
    const auto mounts = NamespaceHolder::with_own_mounts();
    output_of(mounts.inside({"mount", "-t", "tmpfs", "tmpfs", "/run"}));
    output_of(mounts.inside({"mount", "--bind", pgpool.configuration(), "/etc/pgpool2/pgpool.conf"}));
    for (const auto* parameter : {"config", "pcp_config", "hba_config"})
        pgpool.environment.erase(std::string("OCF_RESKEY_") + parameter);
    pgpool.runner = mounts.inside({});
    check_adoption(pgpool, pgpool.start_by_hand(mounts.inside({"/etc/init.d/pgpool2", "start"})));
    pgpool.stop();
}

}  // namespace ra::test
