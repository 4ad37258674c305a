// explain tells what there is and what each action would do, on real servers, and changes nothing.

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/processes.h"
#include "tests/support/replicated_servers.h"

namespace ra::test {

namespace {

using Catch::Contains;

nlohmann::json explain(const Pgpool& pgpool) {
    const auto ended = run({AGENT_PROGRAM, "explain", "--json"}, pgpool.environment);
    INFO(ended.err);
    REQUIRE(ended.exit_code == 0);
    CHECK(ended.err.empty());
    return nlohmann::json::parse(ended.out);
}

std::string forecast(const nlohmann::json& explanation, const std::string& action) {
    for (const auto& forecast : explanation["forecasts"])
        if (forecast["action"] == action) return forecast["because"];
    return "no forecast for " + action;
}

}  // namespace

TEST_CASE("explain shows a stale role beside what PostgreSQL says, and leaves it to the monitor") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto main = pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");
    const auto record = read_text(pgpool.state_file());

    const auto explanation = explain(pgpool);
    CHECK(explanation["condition"] == "running");
    CHECK(explanation["main"] == main);
    CHECK(explanation["backends"][0]["pgpool"] == "down standby");
    CHECK(explanation["backends"][0]["position"].is_null());
    CHECK_THAT(explanation["backends"][1]["pgpool"], Contains("standby"));
    CHECK(explanation["backends"][1]["postgresql"] == "primary, timeline 2");
    CHECK_THAT(forecast(explanation, "monitor level 10"), Contains("tells pgpool to promote node 1"));
    CHECK_THAT(forecast(explanation, "start"), Contains("it runs already"));
    CHECK_THAT(explanation["warnings"].dump(), Contains("search_primary_node_timeout is 1 s"));

    CHECK(pgpool.roles() == "0 down standby, 1 up standby");
    CHECK(read_text(pgpool.state_file()) == record);
    const auto answer = pgpool.act("monitor", level_10);
    INFO(answer.reason);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(explain(pgpool)["backends"][1]["pgpool"], Contains("primary"));
}

TEST_CASE("explain names the orphans of a dead main and what they hold, and ends none") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    REQUIRE(::kill(main, SIGKILL) == 0);
    REQUIRE(eventually([&] { return explain(pgpool)["condition"] == "broken"; }));

    const auto explanation = explain(pgpool);
    CHECK(explanation["main"].is_null());
    CHECK(explanation["orphans"].size() > 1);
    CHECK_THAT(explanation["listeners"].dump(), Contains("ORPHAN"));
    CHECK_THAT(forecast(explanation, "start"), Contains("ends what is left"));
    CHECK(explain(pgpool)["orphans"] == explanation["orphans"]);

    pgpool.stop();
    CHECK(explain(pgpool)["condition"] == "stopped");
    CHECK(explain(pgpool)["orphans"].empty());
}

}  // namespace ra::test
