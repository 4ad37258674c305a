// Up to pgpool 4.4 main waits, with all its signals blocked, for a PCP client that says nothing after a failover.

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

bool waits_for_pcp(const Pgpool& pgpool, pid_t main) {
    return read_text(pgpool.log()).find("done. shutdown host") != std::string::npos && blocks_sigint(main) &&
           waits_for_a_child(main) && has_dead_child(main);
}

// pgpool 4.6 goes on, and leaves the worker with its client behind.
bool has_new_pcp_process(const Pgpool& pgpool) {
    return read_text(pgpool.log()).find("fork a new PCP child") != std::string::npos;
}

bool has_interrupted_a_worker(const Pgpool& pgpool) {
    return read_text(pgpool.directory().path() / "agent.log").find("interrupting PCP worker") != std::string::npos;
}

}  // namespace

TEST_CASE("a monitor of level 10 frees a main that waits for a silent PCP client") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto main = pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    const auto silent_client = connect_to(pgpool.pcp_port());
    servers.stop(1);
    REQUIRE(eventually([&] { return waits_for_pcp(pgpool, main) || has_new_pcp_process(pgpool); }, 30s));
    if (has_new_pcp_process(pgpool)) return pgpool.stop();

    auto quickly = level_10;
    quickly["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    const auto answer = pgpool.act("monitor", quickly);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, StartsWith("PCP gave no answer in time"));
    CHECK(has_interrupted_a_worker(pgpool));
    CHECK(eventually([&] { return !blocks_sigint(main); }));
    CHECK(pgpool.says("0 up primary, 1 down standby"));
    servers.start(1);
    CHECK(eventually([&] { return pgpool.act("monitor", level_10).reason == ""; }, 30s));
    CHECK(pgpool.roles() == "0 up primary, 1 up standby");
    CHECK(pgpool.main() == main);
}

TEST_CASE("a promote frees a main that waits for a silent PCP client, and makes the roles right") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto main = pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    const auto silent_client = connect_to(pgpool.pcp_port());
    servers.stop(0);
    REQUIRE(eventually([&] { return waits_for_pcp(pgpool, main) || has_new_pcp_process(pgpool); }, 30s));
    if (has_new_pcp_process(pgpool)) return pgpool.stop();
    servers.promote(1);

    CHECK(pgpool.act("promote", {{"OCF_RESKEY_CRM_meta_timeout", "30000"}}).code == ExitCode::success);
    CHECK(has_interrupted_a_worker(pgpool));
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
    CHECK(pgpool.main() == main);
}

}  // namespace ra::test
