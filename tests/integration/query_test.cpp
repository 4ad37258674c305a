#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/pgpool.h"
#include "tests/support/postgres_pair.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

constexpr auto level = "OCF_CHECK_LEVEL";

// Told to a person by the code, to Pacemaker by the reason alone.
void check_degraded(Pgpool& pgpool) {
    const auto by_hand = pgpool.act("monitor", {{level, "20"}});
    CHECK(by_hand.code == ExitCode::degraded);
    CHECK_FALSE(by_hand.reason.empty());
    const auto to_pacemaker = pgpool.act("monitor", {{level, "20"}, {"OCF_RESKEY_crm_feature_set", "3.16.2"}});
    CHECK(to_pacemaker.code == ExitCode::success);
    CHECK_FALSE(to_pacemaker.reason.empty());
}

}  // namespace

TEST_CASE("a healthy pgpool passes a monitor of each level") {
    Pgpool pgpool;
    pgpool.start();
    for (const auto* number : {"0", "5", "10", "15", "20", "25"})
        CHECK(pgpool.act("monitor", {{level, number}, {"OCF_RESKEY_crm_feature_set", "3.16.2"}}).code ==
              ExitCode::success);
}

TEST_CASE("a level between two others asks no more than the lower one") {
    Pgpool pgpool;
    pgpool.start();
    pgpool.environment["OCF_RESKEY_backend_user"] = "no_such_user";
    const auto answer_of = [&](const char* number) { return pgpool.act("monitor", {{level, number}}).code; };
    CHECK(answer_of("5") == ExitCode::success);
    CHECK(answer_of("10") == ExitCode::degraded);
    CHECK(answer_of("15") == ExitCode::degraded);
}

TEST_CASE("a monitor of level 20 answers like one of level 0 when pgpool does not serve") {
    Pgpool pgpool;
    CHECK(pgpool.act("monitor", {{level, "20"}}).code == ExitCode::not_running);
    kill_at_once(pgpool.start());
    CHECK(pgpool.act("monitor", {{level, "20"}}).code == ExitCode::generic_error);
}

TEST_CASE("a user that PostgreSQL does not know is no failure of pgpool") {
    Pgpool pgpool;
    pgpool.start();
    pgpool.environment["OCF_RESKEY_backend_user"] = "no_such_user";
    check_degraded(pgpool);
}

TEST_CASE("a wrong password is no failure of pgpool and is never shown") {
    Pgpool pgpool;
    const std::string wrong = "a-wrong-password";
    const auto passfile = pgpool.directory().write("passfile", "*:*:*:guarded:" + wrong + "\n");
    REQUIRE(::chown(passfile.c_str(), 0, 0) == 0);
    REQUIRE(::chmod(passfile.c_str(), 0600) == 0);
    pgpool.start();
    pgpool.environment["OCF_RESKEY_backend_user"] = "guarded";
    SECTION("from a file") { pgpool.environment["OCF_RESKEY_backend_passfile"] = passfile; }
    SECTION("from pgpool.conf") { pgpool.configure("sr_check_password = '" + wrong + "'"); }
    check_degraded(pgpool);
    const auto answer = pgpool.act("monitor", {{level, "20"}, {"OCF_TRACE_RA", "1"}, {"HA_debug", "1"}});
    CHECK_THAT(answer.err, !Contains(wrong));
    CHECK_THAT(read_text(pgpool.directory().path() / "agent.log"), !Contains(wrong));
}

TEST_CASE("busy children are no failure of pgpool") {
    Pgpool pgpool;
    pgpool.start();
    std::vector<SqlClient> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(pgpool.client());
    REQUIRE(pgpool.idle_children().empty());
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    check_degraded(pgpool);
}

TEST_CASE("a backend that hangs is no failure of pgpool") {
    Pgpool pgpool;
    pgpool.start();
    const Frozen backend(PostgresPair::shared().primary_postmaster());
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    check_degraded(pgpool);
}

}  // namespace ra::test
