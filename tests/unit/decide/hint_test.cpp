#include "decide/hint.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

std::string hint(const RoleFacts& seen) { return hint_for(seen).value_or("none"); }

RoleFacts refused(const std::string& message) {
    auto seen = facts({backend(0, "up primary", "refuses"), backend(1, "up standby", "follows 1")});
    seen.backends.front().state = Error{message};
    return seen;
}

}  // namespace

TEST_CASE("a trouble that a parameter mends has a hint that names it") {
    CHECK_THAT(hint(refused("fe_sendauth: no password supplied")), Catch::Contains("backend_passfile"));
    CHECK_THAT(hint(refused("FATAL:  role \"nobody\" does not exist")), Catch::Contains("backend_user"));
    CHECK_THAT(hint(refused("no pg_hba.conf entry for host")), Catch::Contains("pg_hba.conf"));
    auto hidden = facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "follows 1")});
    CHECK_THAT(hint(hidden), Catch::Contains("pg_monitor"));
    hidden.pcp_failure = "there is no PCP account: this pgpool runs without the agent's own";
    CHECK_THAT(hint(hidden), Catch::Contains("pcp_user"));
    auto without_library = facts({backend(0, "not known", "writable 1")});
    without_library.lacks_libpcp = true;
    CHECK_THAT(hint(without_library), Catch::Contains("libpgpool2") && Catch::Contains("ldconfig"));
}

TEST_CASE("a primary whose history was given up is to be a standby again, one that serves is not") {
    const auto taken_over = facts({backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")});
    CHECK_THAT(hint(taken_over), Catch::Contains("make node 0 a standby"));
    auto beside = facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")});
    beside.backends[1].is_kept_out = true;
    CHECK(hint(beside) == "none");
    beside.only_waits = true;
    beside.shared_history = History{0, 1, 1};
    CHECK_THAT(hint(beside), Catch::Contains("make node 1 a standby"));
    auto standby = *value_of(backend(1, "down standby", "follows 1").state);
    standby.upstream_host = "10.0.0.1";
    beside.backends[1].state = standby;
    CHECK_THAT(hint(beside), Catch::Contains("pcp_attach_node"));
}

TEST_CASE("what no parameter mends has no hint") {
    CHECK(hint(refused("the database system is starting up")) == "none");
    CHECK(hint(facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "unreachable")})) == "none");
}

}  // namespace ra::test
