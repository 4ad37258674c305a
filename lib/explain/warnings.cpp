#include "explain/warnings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "decide/hint.h"
#include "facts/address.h"

namespace ra {

namespace {

using namespace std::chrono_literals;
using Warnings = std::vector<std::string>;

// PostgreSQL's promotion takes that long when it has WAL to replay or a checkpoint to wait for.
constexpr auto usual_promotion = 10s;

// From the promote of the other site: until ocf:pacemaker:ping has told of a cut, and pgpool has stopped.
constexpr auto ping_and_stop = 5s;
constexpr auto without_fping = 3s;  // more: ping asks one host after the other

std::string meta(const ConfiguredResource& resource, const std::string& name, const std::string& otherwise) {
    const auto found = resource.meta.find(name);
    return found == resource.meta.end() ? otherwise : found->second;
}

void look_at_primitive(const ConfiguredResource& resource, const Parameters& parameters, Warnings& found) {
    const auto multiple_active = meta(resource, "multiple-active", "stop_start");
    if (multiple_active != "block") {
        found.push_back(
            fmt::format("multiple-active={}: at a reconnect Pacemaker picks the survivor by location, maybe "
                        "the one with the older primary; use a promotable clone, or block",
                        multiple_active));
        return;
    }
    if (parameters.on_split_brain == OnSplitBrain::report)
        found.emplace_back(
            "multiple-active=block with on_split_brain=report: blocked after a cut until an administrator acts; set "
            "on_split_brain=yield");
    else if (!parameters.unblock)
        found.emplace_back(
            "multiple-active=block with unblock=false: blocked after a cut until an administrator acts; set "
            "unblock=true");
    const bool all_yield = std::ranges::all_of(resource.other_members, [&](const auto& member) {
        return std::ranges::find(parameters.yield_with, member) != parameters.yield_with.end();
    });
    if (!all_yield)
        found.push_back(
            fmt::format("after a cut group {} is blocked as a whole, and pgpool alone yields; set yield_with=\"{}\"",
                        resource.group, fmt::join(resource.other_members, " ")));
}

void look_at_resource(const ConfiguredResource& resource, const Parameters& parameters, Warnings& found) {
    const bool has_attribute = !parameters.isolation_attribute.empty();
    if (!has_attribute && resource.attributes_of_locations.empty())
        found.emplace_back(
            "a site cannot know that it is cut off, and both sites take writes: set isolation_attribute, or a location "
            "rule on the attribute of ocf:pacemaker:ping");
    if (has_attribute && !resource.promotable && !resource.meta.contains("failure-timeout"))
        found.emplace_back(
            "isolation_attribute without failure-timeout: an isolated node refuses a start, and Pacemaker then never "
            "starts pgpool there again; set meta failure-timeout=60s");
    if (resource.has_rule_on_missing_attribute)
        found.emplace_back(
            "a location rule contains not_defined: at a reconnect the attributes of a node are lost for a moment, and "
            "the survivor would be stopped; ask for the value alone");
    if (resource.clone.empty()) look_at_primitive(resource, parameters, found);
    if (!resource.has_role_monitor)
        found.emplace_back(
            "no monitor of level 10: node roles are neither watched nor put right; add op monitor interval=30s "
            "OCF_CHECK_LEVEL=10");
}

// A site that is cut off may be stopped by Pacemaker (a location rule, the loss of the quorum), by a fence, or by
// nothing but the agent's own monitors.
void look_at_delay(const WarningFacts& facts, Warnings& found) {
    const auto& resource = *facts.resource;
    const auto& parameters = facts.parameters;
    const bool loses_quorum = facts.votes && (!facts.votes->two_node || facts.votes->has_device);
    if (parameters.takeover == TakeoverBy::nobody || parameters.isolation_attribute.empty() ||
        !resource.attributes_of_locations.empty() || facts.fences.value_or(false) || loses_quorum)
        return;
    const auto interval = std::chrono::ceil<std::chrono::seconds>(resource.shortest_monitor);
    if (interval == 0s) return;
    // The first monitor that sees it, and the one that finds that it has lasted.
    const auto monitors = interval * (1 + (parameters.isolation_grace + interval - 1s) / interval);
    const auto enough = monitors + ping_and_stop;
    if (parameters.takeover_delay < enough)
        found.push_back(fmt::format(
            "takeover_delay={}s: a site that is cut off is stopped by the agent's own monitors alone, which "
            "may take {} s, and both sites take writes; set takeover_delay={}s ({}s without fping), or add "
            "a location rule on {}",
            parameters.takeover_delay.count(), enough.count(), enough.count(), (enough + without_fping).count(),
            parameters.isolation_attribute));
}

void look_at_pgpool(const PgpoolSettings& settings, Warnings& found) {
    const auto search = settings.search_primary_node_timeout;
    if (search > 0s && search < usual_promotion)
        found.push_back(
            fmt::format("search_primary_node_timeout is {} s, shorter than a promotion of PostgreSQL: the role stays "
                        "wrong until a monitor of level 10; set it to 60",
                        std::chrono::ceil<std::chrono::seconds>(search).count()));
    if (settings.detach_false_primary && settings.backends.size() == 2)
        found.emplace_back(
            "detach_false_primary with two nodes: of two writable ones it detaches one by its number, maybe the newer; "
            "set it to off");
    if (!settings.endpoints) return;
    const auto& addresses = settings.endpoints->pcp_listen_addresses;
    const auto open = std::ranges::find_if_not(addresses, is_loopback);
    if (open != addresses.end())
        found.push_back(
            fmt::format("PCP listens on '{}', open to the network: whoever knows a password can detach nodes; set "
                        "pcp_listen_addresses = 'localhost'",
                        *open));
}

}  // namespace

std::vector<std::string> find_warnings(const WarningFacts& facts) {
    Warnings found;
    if (facts.resource != nullptr) {
        look_at_resource(*facts.resource, facts.parameters, found);
        look_at_delay(facts, found);
    }
    if (facts.settings) look_at_pgpool(*facts.settings, found);
    if (facts.fences && !*facts.fences)
        found.emplace_back("no fencing: two sites that both believe to be alone both serve; set up a fencing device");
    if (facts.votes && facts.votes->two_node && !facts.votes->has_device)
        found.emplace_back(
            "two_node without a third vote: each site is quorate alone when the link is cut; add a quorum device");
    return found;
}

std::vector<std::string> find_host_warnings(const PcpMeans& means) {
    Warnings found;
    if (!means.no_library.empty())
        found.push_back(
            fmt::format("{}: node roles are neither watched nor put right; {}", means.no_library, hint_for_libpcp));
    if (!means.no_account.empty())
        found.push_back(
            fmt::format("{}: a pgpool that is started has none of the agent, and node roles are only reported; {}",
                        means.no_account, hint_for_account));
    return found;
}

}  // namespace ra
