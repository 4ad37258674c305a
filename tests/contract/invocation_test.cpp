
#include "tests/contract/agent.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

bool is_usage(const std::string& text) { return text.starts_with("usage: pgpool start|stop|monitor|"); }

TEST_CASE("an action that the agent does not have is unimplemented and its usage is shown") {
    const Agent agent;
    for (const auto* action :
         {"bogus", "", "Start", "start ", "--help", "migrate_to", "migrate_from", "monitor\nstop"}) {
        INFO("action '" << action << "'");
        const auto ended = agent.run(action);
        CHECK(ended.exit_code == 3);
        CHECK(ended.out.empty());
        CHECK(is_usage(ended.err));
        REQUIRE(exit_reasons(ended).size() == 1);
    }
    CHECK(exit_reasons(agent.run("bogus")).front() == "this agent has no action 'bogus'");
}

TEST_CASE("without an action the agent shows its usage and takes none from the environment") {
    const auto ended = Agent().run_command({AGENT_PROGRAM}, {{"__OCF_ACTION", "meta-data"}});
    CHECK(ended.exit_code == 3);
    CHECK(ended.out.empty());
    CHECK(is_usage(ended.err));
}

TEST_CASE("usage and help answer on stdout") {
    for (const auto* action : {"usage", "help"}) {
        const auto ended = test::run({"env", "-i", AGENT_PROGRAM, action});
        CHECK(ended.exit_code == 0);
        CHECK(is_usage(ended.out));
        CHECK(ended.err.empty());
    }
}

TEST_CASE("explain tells by hand what there is, by the parameters of the environment and of its arguments") {
    const Agent agent;
    const auto ended = agent.run("explain");
    CHECK(ended.exit_code == 0);
    CHECK(ended.out.starts_with("pgpool '" + agent.path().filename().native() + "' is stopped"));
    const auto elsewhere = agent.run_command({AGENT_PROGRAM, "explain", "other", "config=/nowhere/pgpool.conf"});
    CHECK(elsewhere.exit_code == 0);
    CHECK(elsewhere.out.starts_with("pgpool 'other' is stopped"));
    CHECK_THAT(elsewhere.out, Catch::Contains("parameter config names '/nowhere/pgpool.conf'"));
}

TEST_CASE("explain refuses what it does not know, and names it") {
    const Agent agent;
    const auto [words, reason] = GENERATE(table<test::Words, std::string>({
        {{"--yaml"}, "explain has no option '--yaml' (expected --json)"},
        {{"pgpool", "confg=/etc/x"}, "this agent has no parameter 'confg'"},
        {{"one", "two"}, "cannot explain 'one' and 'two' at once (expected one resource)"},
    }));
    test::Words command{AGENT_PROGRAM, "explain"};
    command.insert(command.end(), words.begin(), words.end());
    const auto ended = agent.run_command(command);
    CHECK(ended.exit_code == 2);
    CHECK(ended.out.empty());
    CHECK(exit_reasons(ended) == std::vector<std::string>{reason});
}

TEST_CASE("validate-all warns of what is dangerous, and takes it for valid") {
    Agent agent;
    agent.write("pgpool.conf", "port = 45433\npcp_port = 45434\nsocket_dir = ''\nsearch_primary_node_timeout = 1\n");
    const auto ended = agent.run("validate-all");
    CHECK(ended.exit_code == 0);
    CHECK(exit_reasons(ended).empty());
    CHECK_THAT(ended.err, Catch::Contains("search_primary_node_timeout is 1 s"));
}

TEST_CASE("arguments behind the action are ignored") {
    const auto ended = Agent().run_command({AGENT_PROGRAM, "monitor", "stop", "--help"}, {{"__OCF_ACTION", "start"}});
    CHECK(ended.exit_code == 7);
    CHECK(ended.out.empty());
}

TEST_CASE("a stopped resource is told without a word") {
    const Agent agent;
    for (const auto* action : {"monitor", "status"}) {
        const auto ended = agent.run(action);
        CHECK(ended.exit_code == 7);
        CHECK(ended.out.empty());
        CHECK(ended.err.empty());
    }
    CHECK(agent.run("stop").exit_code == 0);
    CHECK(agent.run("reload").exit_code == 7);
}

TEST_CASE("a later version of the API is refused and a minor one is not") {
    const Agent agent;
    const auto refused = agent.run("monitor", {{"OCF_RA_VERSION_MAJOR", "2"}});
    CHECK(refused.exit_code == 1);
    CHECK(exit_reasons(refused) ==
          std::vector<std::string>{"cannot serve version 2 of the OCF resource agent API (expected 1)"});
    CHECK(agent.run("monitor", {{"OCF_RA_VERSION_MAJOR", "1"}, {"OCF_RA_VERSION_MINOR", "9"}}).exit_code == 7);
}

TEST_CASE("a check level that is no number is refused") {
    const Agent agent;
    for (const auto* action : {"monitor", "validate-all"}) {
        const auto ended = agent.run(action, {{"OCF_CHECK_LEVEL", "deep"}});
        CHECK(ended.exit_code == 6);
        REQUIRE(exit_reasons(ended).size() == 1);
        CHECK(exit_reasons(ended).front().find("'deep'") != std::string::npos);
    }
    for (const auto* level : {"0", "7", "10", "20", "99"})
        CHECK(agent.run("monitor", {{"OCF_CHECK_LEVEL", level}}).exit_code == 7);
}

TEST_CASE("a reason has the prefix that Pacemaker asks for") {
    const auto ended = Agent().run("bogus", {{"OCF_EXIT_REASON_PREFIX", "why="}});
    CHECK(exit_reasons(ended).empty());
    CHECK(exit_reasons(ended, "why=") == std::vector<std::string>{"this agent has no action 'bogus'"});
}

TEST_CASE("a reason is one line of at most 128 bytes however long its cause is") {
    const Agent agent;
    for (const auto& value : {std::string(5000, 'x'), std::string("a\nocf-exit-reason:b\nc"), std::string(200, '\n')}) {
        const auto reasons = exit_reasons(
            agent.run("validate-all", {{"OCF_RESKEY_config", value}, {"HA_LOGFILE", agent.path() / "log"}}));
        REQUIRE(reasons.size() == 1);
        CHECK(reasons.front().size() <= 128);
        CHECK(reasons.front().find("parameter config") != std::string::npos);
    }
}

TEST_CASE("an answer that cannot be written is an error and no crash") {
    for (const auto* redirection : {">&-", ">/dev/full"})
        for (const auto* action : {"meta-data", "usage"}) {
            INFO(action << " " << redirection);
            CHECK(
                test::run({"sh", "-c", "exec \"$0\" " + std::string(action) + redirection, AGENT_PROGRAM}).exit_code ==
                1);
        }
    // A pipe whose reader is gone.
    const auto ended = test::run({"bash", "-c", R"(exec 3> >(true); wait $!; exec "$0" meta-data >&3)", AGENT_PROGRAM});
    CHECK(ended.exit_code == 1);
}

TEST_CASE("an action answers by its code even if nobody can read why") {
    const Agent agent;
    for (const auto* redirection : {"2>&-", "2>/dev/full"}) {
        INFO(redirection);
        const auto code = [&](const std::string& action) {
            return agent
                .run_command({"sh", "-c", "exec \"$0\" " + action + redirection, AGENT_PROGRAM},
                             {{"OCF_RESKEY_stop_mode", "slow"}})
                .exit_code;
        };
        CHECK(code("bogus ") == 3);
        CHECK(code("validate-all ") == 6);
        CHECK(code("stop ") == 0);
    }
}

TEST_CASE("the agent runs from a directory that is gone") {
    const Agent agent;
    const auto ended = agent.run_command({"sh", "-c", R"(mkdir "$1" && cd "$1" && rmdir "$1" && exec "$0" monitor)",
                                          AGENT_PROGRAM, agent.path() / "gone"});
    CHECK(ended.exit_code == 7);
    CHECK(ended.err.empty());
}

TEST_CASE("the agent runs with nothing but its action") {
    // No parameters: what runs here by the defaults is not known, only that the agent can tell.
    const auto ended = test::run({"env", "-i", AGENT_PROGRAM, "monitor"});
    CHECK((ended.exit_code == 0 || ended.exit_code == 1 || ended.exit_code == 7));
    CHECK(ended.out.empty());
}

}  // namespace

}  // namespace ra
