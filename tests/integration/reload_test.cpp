#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

TEST_CASE("a reload takes over a changed parameter and cuts no session") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    auto client = pgpool.client();
    client.query("BEGIN");
    REQUIRE(pgpool.client().query("PGPOOL SHOW log_per_node_statement") == "off");
    pgpool.configure("log_per_node_statement = on");
    CHECK(pgpool.act("reload").code == ExitCode::success);
    CHECK(eventually([&] { return pgpool.client().query("PGPOOL SHOW log_per_node_statement") == "on"; }));
    CHECK(client.alive());
    CHECK(pgpool.main() == main);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
}

TEST_CASE("a reload of a broken configuration is no failure: pgpool goes on with the old one") {
    struct Row {
        const char* line;
        const char* reason;
    };
    const auto row = GENERATE(values<Row>({{"port = = 1", "syntax error"}, {"port = 70000", "port '70000'"}}));
    DYNAMIC_SECTION(row.line) {
        Pgpool pgpool;
        const auto main = pgpool.start();
        auto client = pgpool.client();
        pgpool.configure(row.line);
        const auto answer = pgpool.act("reload");
        CHECK(answer.code == ExitCode::degraded);
        CHECK_THAT(answer.reason, Contains("pgpool goes on as it was") && Contains(row.reason));
        CHECK(pgpool.act("reload", under_pacemaker).code == ExitCode::success);
        CHECK(pgpool.main() == main);
        CHECK(client.alive());
        CHECK(pgpool.act("monitor").code == ExitCode::success);
    }
}

TEST_CASE("a reload without a configuration is no failure either") {
    Pgpool pgpool;
    pgpool.start();
    std::filesystem::remove(pgpool.configuration());
    const auto answer = pgpool.act("reload");
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Contains(pgpool.configuration()));
    CHECK(pgpool.client().alive());
}

TEST_CASE("a stopped pgpool cannot be reloaded") {
    Pgpool pgpool;
    const auto* action = GENERATE("reload", "reload-agent");
    CHECK(pgpool.act(action).code == ExitCode::not_running);
    CHECK(pgpool.tree().empty());
}

TEST_CASE("orphans cannot be reloaded") {
    Pgpool pgpool;
    kill_at_once(pgpool.start());
    const auto* action = GENERATE("reload", "reload-agent");
    CHECK(pgpool.act(action).code == ExitCode::generic_error);
}

TEST_CASE("a change of the agent's own parameters disturbs no process of pgpool") {
    Pgpool pgpool;
    pgpool.start();
    auto client = pgpool.client();
    const auto tree = pgpool.tree();
    pgpool.environment["OCF_RESKEY_stop_mode"] = "smart";
    CHECK(pgpool.act("reload-agent").code == ExitCode::success);
    CHECK(pgpool.tree() == tree);
    CHECK(client.alive());
}

}  // namespace ra::test
