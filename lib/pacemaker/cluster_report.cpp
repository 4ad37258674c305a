#include "pacemaker/cluster_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <chrono>
#include <cstring>
#include <ctime>
#include <optional>
#include <sstream>

#include "base/text.h"
#include "ocf/defaults.h"

namespace ra {

namespace {

using namespace std::chrono_literals;
using Tree = boost::property_tree::ptree;
using Values = std::map<std::string, std::string>;

constexpr int role_level = 10;

Result<Tree> parse_xml(const std::string& xml, const char* of) {
    try {
        std::istringstream stream(xml);
        Tree tree;
        boost::property_tree::read_xml(stream, tree, boost::property_tree::xml_parser::trim_whitespace);
        return tree;
    } catch (const boost::property_tree::xml_parser_error& error) {
        return Error{fmt::format("cannot read the answer of {}: {}", of, error.message())};
    }
}

std::string attribute(const Tree& element, const std::string& name) {
    return element.get<std::string>("<xmlattr>." + name, "");
}

// Calls `visit` for `tree` and for everything below it, with the name of the element.
template <typename Visit>
void for_each_element(const std::string& name, const Tree& tree, const Visit& visit) {
    visit(name, tree);
    for (const auto& [child_name, child] : tree)
        if (child_name != "<xmlattr>") for_each_element(child_name, child, visit);
}

// The pairs of all sets of that kind: of two with the same name the first counts.
Values pairs(const Tree& owner, const std::string& kind) {
    Values values;
    for (const auto& [name, set] : owner) {
        if (name != kind || set.count("rule") != 0) continue;
        for (const auto& [pair_name, pair] : set)
            if (pair_name == "nvpair") values.emplace(attribute(pair, "name"), attribute(pair, "value"));
    }
    return values;
}

// Pacemaker also reads microseconds and periods of ISO 8601, which nobody writes there.
constexpr std::array interval_units{DurationUnit{"", 1s},      DurationUnit{"ms", 1ms}, DurationUnit{"msec", 1ms},
                                    DurationUnit{"s", 1s},     DurationUnit{"sec", 1s}, DurationUnit{"m", 1min},
                                    DurationUnit{"min", 1min}, DurationUnit{"h", 1h},   DurationUnit{"hr", 1h}};

void take_monitors(const Tree& primitive, ConfiguredResource& resource) {
    const auto operations = primitive.get_child_optional("operations");
    if (!operations) return;
    for (const auto& [name, operation] : *operations) {
        if (name != "op" || attribute(operation, "name") != "monitor") continue;
        const auto values = pairs(operation, "instance_attributes");
        const auto level = values.find("OCF_CHECK_LEVEL");
        if (level != values.end() && parse_number<int>(level->second).value_or(0) >= role_level)
            resource.has_role_monitor = true;
        const auto interval = parse_duration(attribute(operation, "interval"), interval_units).value_or(0ms);
        if (interval > 0ms && (resource.shortest_monitor == 0ms || interval < resource.shortest_monitor))
            resource.shortest_monitor = interval;
    }
}

bool is_of_this_agent(const Tree& primitive) {
    return attribute(primitive, "class") == "ocf" && attribute(primitive, "provider") == defaults::provider &&
           attribute(primitive, "type") == "pgpool";
}

// Where a primitive stands: null for what it is not in.
struct Place {
    const Tree* clone = nullptr;
    const Tree* group = nullptr;
    bool is_master_element = false;  // Pacemaker's name of a promotable clone before 2.0
};

ConfiguredResource describe(const Tree& primitive, const Place& place, const Values& defaults_for_all) {
    ConfiguredResource resource;
    resource.id = attribute(primitive, "id");
    resource.parameters = pairs(primitive, "instance_attributes");
    resource.meta = pairs(primitive, "meta_attributes");
    take_monitors(primitive, resource);
    if (place.group != nullptr) {
        resource.group = attribute(*place.group, "id");
        resource.meta.merge(pairs(*place.group, "meta_attributes"));
        for (const auto& [name, member] : *place.group)
            if (name == "primitive" && attribute(member, "id") != resource.id)
                resource.other_members.push_back(attribute(member, "id"));
    }
    if (place.clone != nullptr) {
        resource.clone = attribute(*place.clone, "id");
        resource.meta.merge(pairs(*place.clone, "meta_attributes"));
        const auto promotable = resource.meta.find("promotable");
        resource.promotable =
            place.is_master_element || (promotable != resource.meta.end() && is_true(promotable->second));
    }
    resource.meta.insert(defaults_for_all.begin(), defaults_for_all.end());
    return resource;
}

void find_pgpools(const Tree& below, const Place& place, const Values& defaults_for_all,
                  std::vector<ConfiguredResource>& found) {
    for (const auto& [name, element] : below) {
        if (name == "primitive" && is_of_this_agent(element))
            found.push_back(describe(element, place, defaults_for_all));
        if (name == "group")
            find_pgpools(element, {place.clone, &element, place.is_master_element}, defaults_for_all, found);
        if (name == "clone" || name == "master")
            find_pgpools(element, {&element, nullptr, name == "master"}, defaults_for_all, found);
    }
}

void take_rules(const Tree& constraints, ConfiguredResource& resource) {
    for (const auto& [name, constraint] : constraints) {
        const auto constrained = attribute(constraint, "rsc");
        if (name != "rsc_location" ||
            (constrained != resource.id && constrained != resource.group && constrained != resource.clone))
            continue;
        for_each_element(name, constraint, [&](const std::string& kind, const Tree& element) {
            if (kind != "expression") return;
            resource.attributes_of_locations.insert(attribute(element, "attribute"));
            if (attribute(element, "operation") == "not_defined") resource.has_rule_on_missing_attribute = true;
        });
    }
}

bool has_fencing_device(const Tree& resources) {
    bool found = false;
    for_each_element("resources", resources, [&](const std::string& name, const Tree& element) {
        found = found || (name == "primitive" && attribute(element, "class") == "stonith");
    });
    return found;
}

// crm_mon shows a resource once for each instance of a clone.
void take_resource(const Tree& element, const std::string& resource, ClusterStatus& status) {
    const auto id = attribute(element, "id");
    if (id.substr(0, id.find(':')) != resource) return;
    status.is_blocked = status.is_blocked || is_true(attribute(element, "blocked"));
    status.is_managed = status.is_managed && attribute(element, "managed") != "false";
    if (!is_true(attribute(element, "active"))) return;
    for (const auto& [name, node] : element)
        if (name == "node") status.active.push_back({attribute(node, "name"), attribute(element, "role")});
}

// "2026-01-31 12:30:05.123456Z", "2026-01-31 12:30:05 +01:00"
std::optional<std::chrono::sys_seconds> parse_moment(const std::string& text) {
    std::tm moment{};
    const char* rest = ::strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &moment);
    if (rest == nullptr) return {};
    if (*rest == '.') rest += 1 + std::strspn(rest + 1, "0123456789");
    std::tm zone{};
    rest = ::strptime(rest, " %z", &zone);
    if (rest == nullptr || *rest != '\0') return {};
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&moment) - zone.tm_gmtoff));
}

// A reboot is done when the node has been off.
void take_fencing(const Tree& event, ClusterStatus& status) {
    const auto action = attribute(event, "action");
    const auto completed = parse_moment(attribute(event, "completed"));
    if (attribute(event, "status") != "success" || (action != "off" && action != "reboot") || !completed) return;
    auto& last = status.fenced[attribute(event, "target")];
    last = std::max(last, *completed);
}

}  // namespace

Result<ClusterConfiguration> parse_cluster_configuration(const std::string& xml) {
    const auto tree = parse_xml(xml, "cibadmin");
    if (!tree) return tree.error();
    const auto cib = tree->get_child_optional("cib");
    const auto resources = tree->get_child_optional("cib.configuration.resources");
    if (!cib || !resources) return Error{"cannot read the configuration of the cluster: it has no resources"};
    ClusterConfiguration configuration;
    configuration.feature_set = attribute(*cib, "crm_feature_set");
    static const Tree nothing;
    const auto defaults_for_all = pairs(tree->get_child("cib.configuration.rsc_defaults", nothing), "meta_attributes");
    find_pgpools(*resources, {}, defaults_for_all, configuration.pgpools);
    const auto& constraints = tree->get_child("cib.configuration.constraints", nothing);
    for (auto& resource : configuration.pgpools) take_rules(constraints, resource);
    const auto options = pairs(tree->get_child("cib.configuration.crm_config", nothing), "cluster_property_set");
    const auto enabled = options.find("stonith-enabled");
    configuration.fences = has_fencing_device(*resources) && (enabled == options.end() || is_true(enabled->second));
    return configuration;
}

Result<ClusterStatus> parse_cluster_status(const std::string& xml, const std::string& resource) {
    const auto tree = parse_xml(xml, "crm_mon");
    if (!tree) return tree.error();
    if (tree->empty()) return Error{"cannot read the answer of crm_mon: it is empty"};
    ClusterStatus status;
    const auto& root = tree->front().second;  // "pacemaker-result", or "crm_mon" of older versions
    static const Tree nothing;
    status.has_quorum = is_true(root.get<std::string>("summary.current_dc.<xmlattr>.with_quorum", "false"));
    for (const auto& [name, node] : root.get_child("nodes", nothing)) {
        if (name != "node") continue;
        const bool joined = is_true(attribute(node, "online")) && !is_true(attribute(node, "unclean"));
        (joined ? status.online : status.offline).push_back(attribute(node, "name"));
    }
    for_each_element("resources", root.get_child("resources", nothing), [&](const auto& name, const Tree& element) {
        if (name == "resource") take_resource(element, resource, status);
    });
    for (const auto& [name, event] : root.get_child("fence_history", nothing))
        if (name == "fence_event") take_fencing(event, status);
    for (const auto& [name, node] : root.get_child("node_attributes", nothing)) {
        if (name != "node") continue;
        for (const auto& [kind, value] : node)
            if (kind == "attribute")
                status.attributes[attribute(node, "name")][attribute(value, "name")] = attribute(value, "value");
    }
    return status;
}

Votes parse_votes(std::string_view lines) {
    Votes votes;
    for (const auto line : split(lines, '\n')) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const auto value = trim(line.substr(equals + 1));
        if (line.starts_with("quorum.two_node ")) votes.two_node = value == "1";
        if (line.starts_with("quorum.device.model ")) votes.has_device = !value.empty();
    }
    return votes;
}

}  // namespace ra
