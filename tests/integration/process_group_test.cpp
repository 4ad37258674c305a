#include <signal.h>
#include <unistd.h>

#include <iterator>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

std::set<std::string> as_set(const Words& words) { return {words.begin(), words.end()}; }

Words ids_of_account(const std::string& option) {
    std::istringstream text(output_of({"id", option, PGPOOL_ACCOUNT}));
    return {std::istream_iterator<std::string>(text), {}};
}

}  // namespace

TEST_CASE("a start hands back the stdout and stderr of its caller when it ends") {
    Pgpool pgpool;
    const auto ended = pgpool.begin("start").wait();
    REQUIRE(ended.exit_code == 0);
    CHECK(ended.output_closed);
    CHECK(pgpool.accepts_clients());
}

TEST_CASE("pgpool has none of its caller's files open") {
    Pgpool pgpool;
    const auto secret = pgpool.directory().write("caller's file", "");
    pgpool.runner = {"sh", "-c", "exec 7<\"$0\"; exec \"$@\"", secret};
    const auto main = pgpool.start();
    for (const auto pid : pgpool.tree()) CHECK_FALSE(open_files(pid).contains(secret));
    CHECK(open_files(main).contains("/dev/null"));
    CHECK(open_files(main).contains(pgpool.log()));
}

TEST_CASE("pgpool is alone in its session and process group") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    CHECK(find_process(main)->session == main);
    CHECK(::getpgid(main) == main);
}

TEST_CASE("killing the process group of an agent that starts pgpool leaves a pgpool that is well or is cleared away") {
    Pgpool pgpool;
    auto agent = pgpool.begin("start");
    REQUIRE(eventually([&] { return !pgpool.tree().empty(); }));
    const auto main = pgpool.main();
    ::kill(-agent.pid(), SIGKILL);
    agent.wait();
    CHECK(is_alive(main));
    REQUIRE(eventually([&] { return pgpool.accepts_clients(); }));
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    const auto adopted = pgpool.start();
    CHECK(adopted == main);
    pgpool.stop();
}

TEST_CASE("pgpool runs as its user, with that user's groups and without the agent's variables") {
    Pgpool pgpool;
    pgpool.environment.insert({{"HA_RSCTMP", "/run/resource-agents"}, {"PCMK_service", "pacemaker-execd"}});
    const auto main = pgpool.start();
    CHECK(as_set(status_of(main, "Uid")) == as_set(ids_of_account("-u")));
    CHECK(as_set(status_of(main, "Gid")) == as_set(ids_of_account("-g")));
    CHECK(as_set(status_of(main, "Groups")) == as_set(ids_of_account("-G")));
    const auto variables = environment_of(main);
    CHECK(variables.contains("PATH"));
    for (const auto& [name, value] : variables)
        for (const auto* prefix : {"OCF_", "__OCF_", "HA_", "PCMK_", "CRM_"}) CHECK_FALSE(name.starts_with(prefix));
}

}  // namespace ra::test
