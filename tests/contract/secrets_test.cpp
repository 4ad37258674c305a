#include <fstream>
#include <iterator>

#include "tests/contract/agent.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

// Everything that an action writes, where it writes most.
std::string all_words_of(const Agent& agent, const std::string& action, test::Variables variables) {
    const auto log = agent.path() / "cluster.log";
    std::filesystem::remove(log);
    variables.insert({{"HA_LOGFILE", log}, {"OCF_TRACE_RA", "1"}, {"OCF_RESKEY_log_level", "trace"}});
    const auto ended = agent.run(action, variables);
    std::ifstream stream(log);
    return ended.out + ended.err + std::string(std::istreambuf_iterator<char>(stream), {});
}

TEST_CASE("no secret is written however pgpool.conf is broken around it") {
    const Agent agent;
    for (const auto* line :
         {"sr_check_password = 'geheim'", "sr_check_password = 'it''s-geheim'", "sr_check_password = abc'geheim'",
          "sr_check_password = 'geheim", "sr_check_password = geheim!", "sr_check_password = !geheim",
          "sr_check_password = 1.5geheim!", "sr_check_password = = geheim", "sr_check_password: 'geheim'"}) {
        agent.write("pgpool.conf", std::string("port = 45433\n") + line + "\n");
        for (const auto* level : {"0", "10", "20"})
            for (const auto* action : {"validate-all", "monitor", "stop", "reload"}) {
                INFO(action << " at level " << level << " with the line: " << line);
                const auto words = all_words_of(agent, action, {{"OCF_CHECK_LEVEL", level}});
                INFO(words);
                CHECK(words.find("geheim") == std::string::npos);
            }
    }
}

TEST_CASE("a password file that is refused is not quoted") {
    const Agent agent;
    agent.write("readable", "*:*:*:agent:geheim\n");
    const test::Variables refused{{"OCF_RESKEY_backend_passfile", agent.path() / "readable"},
                                  {"OCF_CHECK_LEVEL", "10"}};
    for (const auto* action : {"validate-all", "start", "stop"}) {
        const auto words = all_words_of(agent, action, refused);
        CHECK(words.find("geheim") == std::string::npos);
    }
}

}  // namespace

}  // namespace ra
