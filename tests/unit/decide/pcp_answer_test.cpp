#include "decide/pcp_answer.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

std::string problem_with(const std::string& configured, const std::string& told) {
    auto seen = facts({backend(0, "up primary", "writable 1")});
    seen.backends.front().host = configured;
    std::get<NodeInfo>(seen.backends.front().node).host = told;
    return pcp_problem(seen);
}

}  // namespace

TEST_CASE("a long name of a host is the same as its beginning, as long as any release tells it") {
    const std::string name(250, 'h');
    CHECK(problem_with(name, name).empty());
    CHECK(problem_with(name, name.substr(0, 127)).empty());
    CHECK(problem_with(name + name, name + "hhh").empty());
    CHECK_THAT(problem_with(name, std::string(127, 'i')), Catch::Contains("another server"));
}

TEST_CASE("the beginning of a short name is another host") {
    CHECK(problem_with("db.example", "db.example").empty());
    CHECK_THAT(problem_with("db.example", "db"), Catch::Contains("another server"));
}

}  // namespace ra::test
