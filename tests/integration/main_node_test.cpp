// A child that cannot reach the main node, a standby, makes the next one the main node of all children. When it is
// reached again, nothing takes that back: pgpool refuses its clients, while PCP says that all is well.

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

bool serves(const Pgpool& pgpool) {
    try {
        return pgpool.client().query("SELECT 1") == "1";
    } catch (const std::runtime_error&) {
        return false;
    }
}

// Node 0 is a standby, and was away for a moment in which a client came.
void lose_main_node(ReplicatedServers& servers, ImpatientPgpool& pgpool) {
    servers.promote(1);
    servers.rebuild(0, 1);
    pgpool.look_away();
    pgpool.start();
    REQUIRE(pgpool.says("0 up standby, 1 up primary"));
    REQUIRE(pgpool.act("monitor", level_10).reason == "");
    servers.stop(0);
    REQUIRE(eventually([&] { return serves(pgpool); }, 10s));
    servers.start(0);
    // A child that has not noticed yet may serve one more.
    REQUIRE(eventually([&] { return !serves(pgpool) && !serves(pgpool) && !serves(pgpool); }, 10s));
    REQUIRE(pgpool.roles() == "0 up standby, 1 up primary");
}

}  // namespace

TEST_CASE("a pgpool that has lost its main node fails, and serves again after a restart") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    lose_main_node(servers, pgpool);

    CHECK(pgpool.act("monitor").code == ExitCode::success);
    for (const auto* level : {"10", "20"}) {
        const Variables variables{{"OCF_CHECK_LEVEL", level},
                                  {"OCF_RESKEY_CRM_meta_interval", "30000"},
                                  {"OCF_RESKEY_crm_feature_set", "3.16.2"}};
        Answer answer;
        // In 4.6 children that have served nobody meanwhile still serve.
        CHECK(eventually(
            [&] {
                answer = pgpool.act("monitor", variables);
                return answer.code == ExitCode::generic_error;
            },
            10s));
        CHECK_THAT(answer.reason, Contains("lost its main node") && Contains("kind does not match"));
    }
    CHECK(eventually([&] { return !serves(pgpool); }));

    pgpool.stop();
    pgpool.start();
    CHECK(serves(pgpool));
    CHECK(pgpool.act("monitor", level_10).reason == "");
}

TEST_CASE("a user whom one backend alone refuses is no loss of the main node") {
    ReplicatedServers servers(2);
    servers.client(0).query("CREATE ROLE checker LOGIN");
    servers.client(1).query(
        "DO $$BEGIN EXECUTE format('COPY (VALUES (''host all checker all reject''), (''host all all all trust'')) TO "
        "%L',"
        " current_setting('hba_file')); END$$");
    servers.client(1).query("SELECT pg_reload_conf()");
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    pgpool.environment["OCF_RESKEY_backend_user"] = "checker";

    auto variables = level_10;
    variables["OCF_CHECK_LEVEL"] = "20";
    Answer answer;
    REQUIRE(eventually(
        [&] {
            answer = pgpool.act("monitor", variables);
            return answer.reason.find("kind does not match") != std::string::npos;
        },
        20s));
    CHECK(answer.code == ExitCode::degraded);
}

}  // namespace ra::test
