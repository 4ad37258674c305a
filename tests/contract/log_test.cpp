#include <fstream>
#include <iterator>

#include "tests/contract/agent.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

const test::Variables bad_stop_mode{{"OCF_RESKEY_stop_mode", "slow"}};
const std::string complaint = "parameter stop_mode is 'slow'";

test::Variables bad_and(test::Variables more) {
    more.insert(bad_stop_mode.begin(), bad_stop_mode.end());
    return more;
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

TEST_CASE("a failure is logged to the file that Pacemaker names") {
    const Agent agent;
    const auto log = agent.path() / "cluster.log";
    for (const auto* variable : {"HA_LOGFILE", "PCMK_logfile"}) {
        INFO(variable);
        std::filesystem::remove(log);
        const auto ended = agent.run("validate-all", bad_and({{variable, log}}));
        CHECK(ended.exit_code == 6);
        CHECK(text_of(log).find(complaint) != std::string::npos);
        CHECK(text_of(log).find("pgpool(" + agent.path().filename().native() + ")") != std::string::npos);
        CHECK(text_of(log).find(" validate-all: error: ") != std::string::npos);
        CHECK(ended.err == "ocf-exit-reason:" + exit_reasons(ended).front() + "\n");
    }
}

TEST_CASE("the log file of the older name counts if both are named") {
    const Agent agent;
    agent.run("validate-all", bad_and({{"HA_LOGFILE", agent.path() / "old"}, {"PCMK_logfile", agent.path() / "new"}}));
    CHECK(text_of(agent.path() / "old").find(complaint) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(agent.path() / "new"));
}

TEST_CASE("without a place for the log it goes to stderr") {
    const Agent agent;
    for (const test::Variables& nowhere :
         {test::Variables{}, {{"HA_LOGFILE", "none"}}, {{"HA_LOGFILE", "/dev/null"}}, {{"PCMK_logfile", "relative"}}}) {
        const auto ended = agent.run("validate-all", bad_and(nowhere));
        CHECK(count(ended.err, complaint) > exit_reasons(ended).size());
        CHECK(ended.out.empty());
    }
}

TEST_CASE("a log that cannot be written keeps no action from its work") {
    const Agent agent;
    for (const auto& file : {agent.path(), agent.path() / "pgpool.conf/below", std::filesystem::path("/dev/full")}) {
        INFO(file.native());
        const auto ended = agent.run("validate-all", bad_and({{"HA_LOGFILE", file}}));
        CHECK(ended.exit_code == 6);
        CHECK(exit_reasons(ended).size() == 1);
        CHECK(agent.run("stop", {{"HA_LOGFILE", file}, {"HA_debug", "1"}}).exit_code == 0);
    }
}

TEST_CASE("each problem is logged once") {
    const Agent agent;
    const auto log = agent.path() / "cluster.log";
    agent.run("validate-all", {{"HA_LOGFILE", log}, {"OCF_RESKEY_stop_mode", "slow"}, {"OCF_RESKEY_user", "no body"}});
    CHECK(count(text_of(log), complaint) == 1);
    CHECK(count(text_of(log), "parameter user is 'no body'") == 1);
}

TEST_CASE("what an action finds in order is not logged") {
    const Agent agent;
    const auto log = agent.path() / "cluster.log";
    for (const auto* action : {"monitor", "validate-all", "meta-data", "usage"}) {
        INFO(action);
        const auto ended = agent.run(action, {{"HA_LOGFILE", log}});
        CHECK(ended.err.empty());
        CHECK_FALSE(std::filesystem::exists(log));
    }
}

TEST_CASE("whoever asks for more is told what a monitor has seen") {
    const Agent agent;
    const auto log = agent.path() / "cluster.log";
    for (const test::Variables& more :
         {test::Variables{{"HA_debug", "1"}}, {{"OCF_RESKEY_log_level", "debug"}}, {{"OCF_TRACE_RA", "1"}}}) {
        INFO(more.begin()->first);
        std::filesystem::remove(log);
        auto variables = more;
        variables["HA_LOGFILE"] = log;
        CHECK(agent.run("monitor", variables).exit_code == 7);
        CHECK(text_of(log).find(": debug: no process of this pgpool runs") != std::string::npos);
    }
    std::filesystem::remove(log);
    agent.run("monitor", {{"HA_debug", "0"}, {"OCF_TRACE_RA", "0"}, {"HA_LOGFILE", log}});
    CHECK_FALSE(std::filesystem::exists(log));
}

TEST_CASE("a trace goes to its own file besides the log") {
    const Agent agent;
    const auto trace = agent.path() / "trace";
    const auto log = agent.path() / "cluster.log";
    agent.run("validate-all", bad_and({{"OCF_TRACE_RA", "1"}, {"OCF_TRACE_FILE", trace}, {"HA_LOGFILE", log}}));
    CHECK(text_of(trace).find(complaint) != std::string::npos);
    CHECK(text_of(log).find(complaint) != std::string::npos);
    std::filesystem::remove(trace);
    agent.run("validate-all", bad_and({{"OCF_TRACE_FILE", trace}, {"HA_LOGFILE", log}}));
    CHECK_FALSE(std::filesystem::exists(trace));
}

TEST_CASE("a log line is one line whatever it speaks of") {
    const Agent agent;
    const auto log = agent.path() / "cluster.log";
    agent.run("start", {{"HA_LOGFILE", log}, {"OCF_RESKEY_stop_mode", "a\nforged: line\x1b[2J"}});
    CHECK(count(text_of(log), "\n") == 1);
    CHECK(text_of(log).find('\x1b') == std::string::npos);
}

}  // namespace

}  // namespace ra
