// What a monitor of level 10 reads, and that it leaves alone what has not changed. Without strace's -f only the agent
// itself is seen, and not the programs that it runs.

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"

namespace ra::test {

namespace {

// Both ways are tried. By hand nothing depends on a cluster. Under Pacemaker the agent also publishes its score:
// without a cluster that command fails, which is logged and changes neither what is read of this host nor the answer.
std::vector<std::pair<std::string, Variables>> ways() {
    return {{"by hand", level_10}, {"under Pacemaker", under_pacemaker}};
}

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
    Lines lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// The system calls of a monitor of a healthy pgpool that is not the first one: that one has to remember that it was.
// -y names what was opened, by whatever name that was done.
Lines calls_of_steady_monitor(Pgpool& pgpool, const Variables& environment) {
    REQUIRE(pgpool.act("monitor", environment).code == ExitCode::success);
    const auto trace = pgpool.directory().path() / "trace";
    pgpool.runner = {"strace", "-qq", "-y", "-o", trace, "--"};
    const auto answer = pgpool.act("monitor", environment);
    pgpool.runner = {};
    REQUIRE(answer.code == ExitCode::success);
    REQUIRE(answer.reason == "");
    return lines_of(read_text(trace));
}

auto count_of(const Lines& calls, const std::string& begin, const std::string& text) {
    return std::ranges::count_if(
        calls, [&](const auto& call) { return call.starts_with(begin) && call.find(text) != call.npos; });
}

auto times_opened(const Lines& calls, const std::filesystem::path& file) {
    return count_of(calls, "open", "<" + std::filesystem::canonical(file).native() + ">");
}

}  // namespace

TEST_CASE("a monitor of level 10 reads the configuration, the record and the addresses of the host once") {
    Pgpool pgpool;
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    for (const auto& [way, environment] : ways()) {
        INFO(way);
        const auto calls = calls_of_steady_monitor(pgpool, environment);
        CHECK(times_opened(calls, pgpool.configuration()) == 1);
        CHECK(times_opened(calls, pgpool.state_file()) == 1);
        CHECK(times_opened(calls, "/etc/hosts") <= 1);
        CHECK(count_of(calls, "socket(AF_NETLINK", "NETLINK_ROUTE") <= 1);  // getifaddrs opens one
    }
}

TEST_CASE("a monitor of level 10 that sees nothing new replaces no file") {
    Pgpool pgpool;
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    for (const auto& [way, environment] : ways()) {
        INFO(way);
        const auto calls = calls_of_steady_monitor(pgpool, environment);
        CHECK(count_of(calls, "rename", "") == 0);
        CHECK(count_of(calls, "unlink", "") == 0);
    }
}

}  // namespace ra::test
