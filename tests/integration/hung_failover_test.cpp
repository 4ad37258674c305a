// A failover ends all children for clients, and pgpool begins new ones when it has found a primary. As long as it finds
// none, nobody is served, whatever the servers are.

#include <fstream>
#include <regex>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

constexpr auto childless = "pgpool has no child for clients";

// As if the monitor had seen it a minute before.
void age_childless_since(const Pgpool& pgpool) {
    const auto record = read_text(pgpool.state_file());
    std::smatch found;
    REQUIRE(std::regex_search(record, found, std::regex("childless_since=([0-9]+)\n")));
    std::ofstream(pgpool.state_file()) << found.prefix() << "childless_since=" << std::stol(found[1]) - 60 << "\n"
                                       << found.suffix();
}

}  // namespace

TEST_CASE("a pgpool that has had no child for clients for long is a failure, if a server takes writes") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.configure("search_primary_node_timeout = 300");
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    REQUIRE(pgpool.act("monitor", level_10).reason == "");

    // pgpool looks for a primary among those that are left.
    pgpool.pcp("pcp_detach_node", {"-n", "0"});
    Answer answer;
    REQUIRE(eventually(
        [&] {
            answer = pgpool.act("monitor", level_10);
            return answer.reason == childless;
        },
        20s));
    CHECK(answer.code == ExitCode::degraded);
    CHECK(pgpool.act("monitor").code == ExitCode::success);

    age_childless_since(pgpool);
    answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::generic_error);
    CHECK_THAT(answer.reason, Contains("no child for clients for ") && Contains("a server takes writes"));

    pgpool.stop();
    pgpool.start();
    CHECK(eventually([&] { return pgpool.accepts_clients(); }));
    CHECK_THAT(read_text(pgpool.state_file()), Contains("childless_since=\n"));
}

// pgpool looks for a primary only when its streaming replication check has ended its round (4.1.7, 4.2.3 and later).
TEST_CASE("a failover that waits for the streaming replication check of a silent server is freed") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.look_away();
    pgpool.configure("sr_check_period = 1");
    const auto main = pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    REQUIRE(pgpool.act("monitor", level_10).reason == "");
    const FrozenServer frozen(servers.postmaster(0));
    const auto check = pgpool.find_titled("pgpool: worker process");
    REQUIRE(eventually([&] { return is_connected_to(check, servers.port(0)); }));
    pgpool.pcp("pcp_detach_node", {"-n", "0"});
    servers.promote(1);
    REQUIRE(eventually([&] { return pgpool.idle_children().empty(); }));

    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK_THAT(read_text(pgpool.directory().path() / "agent.log"),
               Contains("ending streaming replication check " + std::to_string(check)));
    CHECK(pgpool.accepts_clients());
    CHECK(pgpool.says("0 down standby, 1 up primary"));
    CHECK(pgpool.main() == main);
}

}  // namespace ra::test
