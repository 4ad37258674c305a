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

TEST_CASE("what no parameter mends has no hint") {
    CHECK(hint(refused("the database system is starting up")) == "none");
    CHECK(hint(facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "unreachable")})) == "none");
}

}  // namespace ra::test
