#include <algorithm>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/pgpool.h"

namespace ra::test {

namespace {

// The system calls of one monitor, as strace writes them: a line each.
std::vector<std::string> system_calls_of_monitor(Pgpool& pgpool) {
    const auto trace = pgpool.directory().path() / "trace";
    pgpool.runner = {"strace", "-f", "-qq", "-o", trace, "--"};
    REQUIRE(pgpool.act("monitor").code == ExitCode::success);
    std::vector<std::string> calls;
    std::istringstream lines(read_text(trace));
    for (std::string line; std::getline(lines, line);) calls.push_back(line);
    return calls;
}

auto count_of(const std::vector<std::string>& calls, const std::string& text) {
    return std::ranges::count_if(calls, [&](const auto& call) { return call.find(text) != call.npos; });
}

}  // namespace

TEST_CASE("a monitor of a healthy pgpool starts no process and loads no PostgreSQL library") {
    Pgpool pgpool;
    pgpool.start();
    const auto calls = system_calls_of_monitor(pgpool);
    CHECK(count_of(calls, "execve(") == 1);
    CHECK(count_of(calls, "fork(") == 0);
    CHECK(count_of(calls, "clone") == 0);
    CHECK(count_of(calls, "libpq") == 0);
    CHECK(count_of(calls, "libpcp") == 0);
    CHECK(count_of(calls, "exit_group(0)") == 1);
}

TEST_CASE("a monitor of a healthy pgpool costs the same among 300 more processes") {
    Pgpool pgpool;
    pgpool.start();
    const auto alone = system_calls_of_monitor(pgpool).size();
    std::vector<Program> crowd;
    for (int i = 0; i < 300; ++i) crowd.emplace_back(Words{"sleep", "infinity"});
    CHECK(system_calls_of_monitor(pgpool).size() == alone);
}

TEST_CASE("a monitor of a healthy pgpool says nothing") {
    Pgpool pgpool;
    pgpool.start();
    pgpool.environment.erase("PCMK_logfile");
    const auto answer = pgpool.act("monitor");
    CHECK(answer.code == ExitCode::success);
    CHECK(answer.err.empty());
}

}  // namespace ra::test
