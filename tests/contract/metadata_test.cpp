
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <set>
#include <sstream>

#include "tests/contract/agent.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

std::string metadata() { return test::output_of({AGENT_PROGRAM, "meta-data"}); }

std::set<std::string> advertised_actions() {
    std::istringstream text(metadata());
    boost::property_tree::ptree tree;
    read_xml(text, tree);
    std::set<std::string> actions;
    for (const auto& [name, action] : tree.get_child("resource-agent.actions"))
        if (name == "action") actions.insert(action.get<std::string>("<xmlattr>.name"));
    return actions;
}

TEST_CASE("metadata needs no environment and no configuration") {
    const auto ended = test::run({"env", "-i", AGENT_PROGRAM, "meta-data"});
    CHECK(ended.exit_code == 0);
    CHECK(ended.out.starts_with("<?xml version=\"1.0\"?>\n"));
    CHECK(ended.out.ends_with("</resource-agent>\n"));
    CHECK(ended.err.empty());
}

TEST_CASE("metadata comes whatever the environment says") {
    const Agent agent;
    const auto ended = agent.run("meta-data", {{"OCF_RA_VERSION_MAJOR", "2"},
                                               {"OCF_RESKEY_config", "relative"},
                                               {"OCF_CHECK_LEVEL", "x"},
                                               {"OCF_TRACE_RA", "1"}});
    CHECK(ended.exit_code == 0);
    CHECK(ended.out == metadata());
    CHECK(ended.err.empty());
}

TEST_CASE("metadata can be had by the user nobody") {
    if (::geteuid() != 0) {
        WARN("only root can become nobody");
        return;
    }
    // A copy, because nobody may not enter every directory that the agent is built in.
    const TemporaryDirectory directory;
    const auto copy = directory.path() / "pgpool";
    std::filesystem::copy_file(AGENT_PROGRAM, copy);
    const auto ended =
        test::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "-i", copy, "meta-data"});
    CHECK(ended.exit_code == 0);
    CHECK(ended.out == metadata());
}

TEST_CASE("metadata is valid as ocf-tester examines it") {
    const std::string directory = "/usr/share/resource-agents";
    INFO("this test needs xmllint and the DTD of the package resource-agents");
    REQUIRE(std::filesystem::exists(directory + "/ra-api-1.dtd"));
    const auto ended = test::run(
        {"sh", "-c", R"("$0" meta-data | (cd "$1" && exec xmllint --noout --valid -))", AGENT_PROGRAM, directory});
    CHECK(ended.exit_code == 0);
    CHECK(ended.err.empty());
}

TEST_CASE("every advertised action is one that the agent has") {
    const auto actions = advertised_actions();
    CHECK(actions.size() >= 5);
    for (const auto& action : actions) {
        INFO(action);
        // A version that it refuses keeps it from doing anything.
        CHECK(Agent().run(action, {{"OCF_RA_VERSION_MAJOR", "2"}}).exit_code != 3);
    }
}

TEST_CASE("every action that the agent has for Pacemaker is advertised") {
    std::set<std::string> known;
    std::istringstream usage(test::output_of({AGENT_PROGRAM, "usage"}));
    std::string word;
    usage >> word >> word >> word;
    std::istringstream list(word);
    for (std::string action; std::getline(list, action, '|');) known.insert(action);
    auto advertised = advertised_actions();
    // For use by hand; reload is one of them where Pacemaker is older than 2.1.
    advertised.insert({"status", "explain", "accept-history", "unblock", "usage", "reload"});
    CHECK(known == advertised);
}

}  // namespace

}  // namespace ra
