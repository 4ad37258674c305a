// PostgreSQL does not let the agent in: the reason is told, and a pgpool that serves is not restarted for it.

#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"

namespace ra::test {

using Catch::Matchers::Contains;

TEST_CASE("a PostgreSQL that refuses the agent's login is told and restarts nothing") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    struct Row {
        const char* user;
        const char* words;
    };
    for (const auto& row : {Row{"no_such_user", "FATAL: role \"no_such_user\" does not exist"},
                            Row{"refused", "FATAL: pg_hba.conf rejects connection for host \"127.0.0.1\""},
                            Row{"guarded", "no password supplied"}}) {
        pgpool.environment["OCF_RESKEY_backend_user"] = row.user;
        const auto answer = pgpool.act("monitor", level_10);
        CHECK(answer.code == ExitCode::degraded);
        CHECK_THAT(answer.reason, Contains("node 0") && Contains(row.words));
        CHECK(pgpool.act("monitor", under_pacemaker).code == ExitCode::success);
    }
    CHECK(pgpool.main() == main);
}

TEST_CASE("a promote succeeds where PostgreSQL does not let the agent in") {
    Pgpool pgpool;
    pgpool.environment["OCF_RESKEY_promote_wait"] = "1";
    pgpool.environment["OCF_RESKEY_backend_user"] = "refused";
    pgpool.start();
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::degraded_promoted);
}

}  // namespace ra::test
