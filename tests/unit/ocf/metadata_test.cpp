#include "ocf/metadata.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <set>
#include <sstream>

#include "ocf/parameters.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

using boost::property_tree::ptree;

const ptree& agent() {
    static const auto root = [] {
        std::istringstream text{std::string(metadata())};
        ptree tree;
        read_xml(text, tree);
        return tree.get_child("resource-agent");
    }();
    return root;
}

std::vector<ptree> children(const char* path, const char* name) {
    std::vector<ptree> found;
    for (const auto& [child_name, child] : agent().get_child(path))
        if (child_name == name) found.push_back(child);
    return found;
}

std::string attribute(const ptree& element, const std::string& name) { return element.get("<xmlattr>." + name, ""); }

std::string_view name_of(ParameterType type) {
    switch (type) {
        case ParameterType::string: return "string";
        case ParameterType::boolean: return "boolean";
    }
    return "";
}

TEST_CASE("the metadata describes the declared parameters in their order") {
    const auto described = children("parameters", "parameter");
    const auto declared = declared_parameters();
    REQUIRE(described.size() == declared.size());
    for (std::size_t i = 0; i < described.size(); ++i) {
        const auto& parameter = described[i];
        INFO("parameter " << declared[i].name);
        CHECK(attribute(parameter, "name") == declared[i].name);
        CHECK(attribute(parameter.get_child("content"), "type") == name_of(declared[i].type));
        CHECK(parameter.get_child("content").count("<xmlattr>") == 1);
        CHECK(parameter.get_child("content").get_child("<xmlattr>").count("default") == 1);
        CHECK(attribute(parameter.get_child("content"), "default") == declared[i].default_value);
        CHECK((attribute(parameter, "reloadable") == "1") == declared[i].reloadable);
        CHECK(attribute(parameter, "unique-group") == declared[i].unique_group);
        CHECK((attribute(parameter, "unique") == "1") == !declared[i].unique_group.empty());
    }
}

TEST_CASE("every description is there and is in English") {
    auto described = children("parameters", "parameter");
    described.push_back(agent());
    for (const auto& element : described) {
        INFO("of " << attribute(element, "name"));
        for (const auto* kind : {"longdesc", "shortdesc"}) {
            CHECK(attribute(element.get_child(kind), "lang") == "en");
            CHECK_FALSE(element.get<std::string>(kind).empty());
        }
    }
}

TEST_CASE("every default passes the agent's own examination") {
    std::map<std::string, std::string> variables;
    for (const auto& parameter : declared_parameters())
        variables["OCF_RESKEY_" + std::string(parameter.name)] = parameter.default_value;
    CHECK(parse_parameters(Environment(variables)).problems.empty());
}

TEST_CASE("no two monitors have the same interval and every action has a timeout with its unit") {
    std::set<std::string> intervals;
    for (const auto& action : children("actions", "action")) {
        INFO("action " << attribute(action, "name"));
        CHECK(attribute(action, "timeout").ends_with('s'));
        if (attribute(action, "name") == "monitor") CHECK(intervals.insert(attribute(action, "interval")).second);
    }
    CHECK_FALSE(intervals.empty());
}

TEST_CASE("the metadata says which version of the API it follows and no encoding") {
    CHECK(agent().get<std::string>("version") == "1.1");
    CHECK(attribute(agent(), "name") == "pgpool");
    CHECK_FALSE(attribute(agent(), "version").empty());
    CHECK(metadata().starts_with("<?xml version=\"1.0\"?>\n"));
    CHECK(metadata().find('@') == std::string_view::npos);
}

}  // namespace

}  // namespace ra
