#include "explain/describe_cluster.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace ra {

namespace {

std::string describe_resource(const ConfiguredResource& resource) {
    auto text = fmt::format("{} of {}", resource.promotable ? "promotable clone" : "clone", resource.id);
    if (resource.clone.empty())
        text = resource.group.empty() ? "a primitive" : fmt::format("a primitive in group {}", resource.group);
    const auto multiple_active = resource.meta.find("multiple-active");
    if (resource.clone.empty())
        text += fmt::format(", multiple-active={}",
                            multiple_active == resource.meta.end() ? "stop_start" : multiple_active->second);
    return text;
}

std::string describe_place(const ClusterStatus& status) {
    if (status.active.empty()) return status.is_blocked ? "active nowhere, BLOCKED" : "active nowhere";
    std::vector<std::string> places;
    for (const auto& active : status.active) places.push_back(fmt::format("{} ({})", active.node, active.role));
    return fmt::format("active on {}{}{}", fmt::join(places, " and "), status.is_blocked ? ", BLOCKED" : "",
                       status.is_managed ? "" : ", unmanaged");
}

// Those that have to do with pgpool: its rank or score, and what tells of isolation.
bool is_ours(const std::string& attribute, const Diagnosis& diagnosis) {
    const auto& asked = diagnosis.parameters.isolation_attribute;
    const auto* resource = configured_resource(diagnosis);
    return (!asked.empty() && attribute == asked) || attribute == "pgpool-rank-" + diagnosis.resource ||
           attribute == "master-" + diagnosis.resource ||
           (resource != nullptr && resource->attributes_of_locations.contains(attribute));
}

std::vector<std::string> describe_attributes(const ClusterStatus& status, const Diagnosis& diagnosis) {
    std::vector<std::string> lines;
    for (const auto& [node, attributes] : status.attributes) {
        std::vector<std::string> shown;
        for (const auto& [name, value] : attributes)
            if (is_ours(name, diagnosis)) shown.push_back(fmt::format("{}={}", name, value));
        if (!shown.empty()) lines.push_back(fmt::format("attributes of {}: {}", node, fmt::join(shown, ", ")));
    }
    return lines;
}

}  // namespace

std::vector<std::string> describe_cluster(const Diagnosis& diagnosis) {
    std::vector<std::string> lines;
    if (const auto* resource = configured_resource(diagnosis)) lines.push_back(describe_resource(*resource));
    if (const auto* error = std::get_if<Error>(&diagnosis.configuration))
        lines.push_back(fmt::format("not asked for its configuration: {}", error->message));
    if (const auto* error = std::get_if<Error>(&diagnosis.status))
        lines.push_back(fmt::format("does not run on this node: {}", error->message));
    const auto* status = value_of(diagnosis.status);
    if (status == nullptr) return lines;
    lines.push_back(describe_place(*status));
    lines.push_back(
        fmt::format("online: {}{}; {}", fmt::join(status->online, ", "),
                    status->offline.empty() ? "" : fmt::format("; lost: {}", fmt::join(status->offline, ", ")),
                    status->has_quorum ? "with quorum" : "WITHOUT quorum"));
    std::ranges::move(describe_attributes(*status, diagnosis), std::back_inserter(lines));
    return lines;
}

}  // namespace ra
