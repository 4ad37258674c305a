#include <sys/stat.h>

#include <functional>

#include "tests/contract/agent.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

// What a test checks of every failure: the code, and one reason that stands alone.
void check_failure(const test::Ended& ended, int code, const std::string& name, const std::string& value) {
    CHECK(ended.exit_code == code);
    CHECK(ended.out.empty());
    const auto reasons = exit_reasons(ended);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons.front().size() <= 128);
    CHECK(reasons.front().find(name) != std::string::npos);
    CHECK(reasons.front().find(value) != std::string::npos);
}

void check_stop(const Agent& agent, const test::Variables& more) {
    const auto stopped = agent.run("stop", more);
    CHECK(stopped.exit_code == 0);
    CHECK(exit_reasons(stopped).empty());
}

void check_that_nothing_runs(const Agent& agent, const test::Variables& more) {
    CHECK(agent.run("monitor", more).exit_code == 7);
    check_stop(agent, more);
}

TEST_CASE("parameters that are right pass at every level") {
    const Agent agent;
    for (const auto* level : {"0", "10"}) {
        const auto ended = agent.run("validate-all", {{"OCF_CHECK_LEVEL", level}});
        CHECK(ended.exit_code == 0);
        CHECK(ended.out.empty());
        CHECK(ended.err.empty());
    }
}

TEST_CASE("a parameter that is right nowhere is refused by all but stop and monitor") {
    struct Row {
        std::string name, value;
    };
    const std::vector<Row> rows{
        {"binary", "pgpool"},
        {"config", "etc/pgpool.conf"},
        {"pcp_config", "./pcp.conf"},
        {"hba_config", "~/pool_hba.conf"},
        {"log", "pgpool.log"},
        {"backend_passfile", ".pgpass"},
        {"user", "no body"},
        {"options", "-f /other.conf"},
        {"options", "-n"},
        {"stop_mode", "slow"},
        {"log_level", "42"},
    };
    const Agent agent;
    for (const auto& [name, value] : rows) {
        INFO(name << "=" << value);
        const test::Variables bad{{"OCF_RESKEY_" + name, value}};
        check_failure(agent.run("validate-all", bad), 6, name, value);
        check_failure(agent.run("validate-all", {{"OCF_CHECK_LEVEL", "10"}, *bad.begin()}), 6, name, value);
        check_failure(agent.run("start", bad), 6, name, value);
        check_failure(agent.run("reload-agent", bad), 6, name, value);
        // Without a configuration it is not known which pgpool is meant.
        if (name == "config") check_failure(agent.run("monitor", bad), 6, name, value);
        if (name != "config") CHECK(agent.run("monitor", bad).exit_code == 7);
        check_stop(agent, bad);
    }
}

TEST_CASE("parameters that contradict each other are refused") {
    const Agent agent;
    const test::Variables bad{{"OCF_RESKEY_pcp_config", agent.path() / "pgpool.conf"}};
    const auto ended = agent.run("start", bad);
    check_failure(ended, 6, "pcp_config", agent.path() / "pgpool.conf");
    CHECK(exit_reasons(ended).front().find("parameters pcp_config and config") != std::string::npos);
    check_that_nothing_runs(agent, bad);
}

TEST_CASE("a parameter that this host cannot serve is refused where the host is looked at") {
    struct Row {
        std::string name, value;
        int code;
    };
    const Agent agent;
    const auto fifo = (agent.path() / "fifo").native();
    REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
    const auto directory = (agent.path() / "directory").native();
    std::filesystem::create_directory(directory);
    const auto missing = (agent.path() / "missing").native();
    const auto loop = agent.link("loop", "loop").native();
    const auto readable = agent.write("readable", "*:*:*:agent:a password\n").native();
    const auto no_program = agent.write("no-program", "#!/bin/sh\n").native();
    const std::vector<Row> rows{
        {"binary", missing, 5},
        {"binary", directory, 2},
        {"binary", no_program, 4},
        {"config", missing, 5},
        {"config", directory, 2},
        {"config", fifo, 2},
        {"config", loop, 2},
        {"config", readable + "/below", 5},
        {"pcp_config", missing, 5},
        {"pcp_config", directory, 2},
        {"hba_config", missing, 5},
        {"hba_config", fifo, 2},
        {"log", missing + "/below/log", 5},
        {"log", directory, 2},
        {"log", fifo, 2},
        {"user", "nobody-of-this-name", 5},
        {"backend_passfile", missing, 5},
        {"backend_passfile", readable, 4},
    };
    for (const auto& [name, value, code] : rows) {
        INFO(name << "=" << value);
        const test::Variables bad{{"OCF_RESKEY_" + name, value}};
        CHECK(agent.run("validate-all", bad).exit_code == 0);
        check_failure(agent.run("validate-all", {{"OCF_CHECK_LEVEL", "10"}, *bad.begin()}), code, name, value);
        check_failure(agent.run("start", bad), code, name, value);
        check_that_nothing_runs(agent, bad);
    }
}

TEST_CASE("a file that the user of pgpool may not read is refused") {
    const Agent agent;
    const auto config = agent.path() / "pgpool.conf";
    test::Variables as_somebody_else;
    if (::geteuid() == 0) as_somebody_else = {{"OCF_RESKEY_user", "nobody"}, {"OCF_RESKEY_log", "/dev/null"}};
    std::filesystem::permissions(config, std::filesystem::perms{::geteuid() == 0 ? 0600U : 0000U});
    as_somebody_else["OCF_CHECK_LEVEL"] = "10";
    check_failure(agent.run("validate-all", as_somebody_else), 4, "config", config);
    check_failure(agent.run("start", as_somebody_else), 4, "config", config);
    check_that_nothing_runs(agent, as_somebody_else);
}

TEST_CASE("a pgpool.conf that cannot be used is refused with what is wrong in it") {
    struct Row {
        const char* content;
        const char* words;
    };
    const std::vector<Row> rows{
        {"port = 99999\n", "port '99999'"},         {"port = 80\n", "port '80'"},
        {"pcp_port = 'many'\n", "pcp_port 'many'"}, {"= 1\n", "syntax error"},
        {"port = 45433\n\n= '\n", "line 3"},        {"include = 'missing.conf'\n", "missing.conf"},
    };
    const Agent agent;
    for (const auto& row : rows) {
        INFO(row.content);
        agent.write("pgpool.conf", row.content);
        CHECK(agent.run("validate-all").exit_code == 0);
        check_failure(agent.run("validate-all", {{"OCF_CHECK_LEVEL", "10"}}), 2, row.words, agent.path());
        check_that_nothing_runs(agent, {});
    }
}

TEST_CASE("a start whose program ends at once says so and leaves nothing") {
    if (::geteuid() != 0) {
        WARN("only root has a place for the state of a resource");
        return;
    }
    const Agent agent;
    const auto ended = agent.run("start");
    CHECK(ended.exit_code == 1);
    REQUIRE(exit_reasons(ended).size() == 1);
    CHECK(exit_reasons(ended).front().find("exit status 1") != std::string::npos);
    check_that_nothing_runs(agent, {});
}

}  // namespace

}  // namespace ra
