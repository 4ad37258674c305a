// Up to pgpool 4.4 main waits, with all its signals blocked, for a PCP client that says nothing after a failover.

#include <catch2/catch.hpp>

#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("a monitor of level 10 frees a main that waits for a silent PCP client") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto main = pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    const auto silent_client = connect_to(pgpool.pcp_port());
    servers.stop(1);
    REQUIRE(eventually(
        [&] {
            return read_text(pgpool.log()).find("failover done") != std::string::npos && blocks_sigint(main) &&
                   waits_for_a_child(main) && has_dead_child(main);
        },
        30s));

    auto variables = degraded_is_known;
    variables["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    const auto answer = pgpool.act("monitor", variables);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, StartsWith("PCP gave no answer in time"));
    CHECK_THAT(read_text(pgpool.directory().path() / "agent.log"), Contains("interrupting PCP worker"));
    CHECK(eventually([&] { return !blocks_sigint(main); }));
    CHECK(pgpool.says("0 up primary, 1 down standby"));
    servers.start(1);
    CHECK(eventually([&] { return pgpool.act("monitor", degraded_is_known).code == ExitCode::success; }, 30s));
    CHECK(pgpool.roles() == "0 up primary, 1 up standby");
    CHECK(pgpool.main() == main);
}

}  // namespace ra::test
