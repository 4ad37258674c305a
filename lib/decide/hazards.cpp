#include "decide/hazards.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "system/own_addresses.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// PostgreSQL's promotion takes that long when it has WAL to replay or a checkpoint to wait for.
constexpr auto usual_promotion = 10s;

std::string meta(const ConfiguredResource& resource, const std::string& name, const std::string& otherwise) {
    const auto found = resource.meta.find(name);
    return found == resource.meta.end() ? otherwise : found->second;
}

class Finder {
 public:
    explicit Finder(const HazardFacts& facts) : facts_(facts) {}

    std::vector<std::string> run() && {
        if (facts_.resource != nullptr) look_at_resource(*facts_.resource);
        if (facts_.settings) look_at_pgpool(*facts_.settings);
        if (facts_.fences && !*facts_.fences)
            add("no fencing: two sites that both believe to be alone both serve; set up a fencing device");
        if (facts_.votes && facts_.votes->two_node && !facts_.votes->has_device)
            add("two_node without a third vote: each site is quorate alone when the link is cut; add a quorum device");
        return std::move(found_);
    }

 private:
    void look_at_resource(const ConfiguredResource& resource) {
        if (facts_.parameters.isolation_attribute.empty() && resource.attributes_of_locations.empty())
            add("nothing tells a site that it is cut off, and both take writes: set isolation_attribute, or a location "
                "rule on the attribute of ocf:pacemaker:ping");
        if (!facts_.parameters.isolation_attribute.empty() && !resource.promotable &&
            !resource.meta.contains("failure-timeout"))
            add("isolation_attribute without failure-timeout: the start that an isolated node refuses bans pgpool from "
                "it "
                "for good; set meta failure-timeout=60s");
        if (resource.has_rule_on_missing_attribute)
            add("a location rule says not_defined: at a reconnect the attributes of a node are lost for a moment, and "
                "the "
                "survivor would be stopped; ask for the value alone");
        if (resource.clone.empty()) look_at_primitive(resource);
        if (!resource.has_role_monitor)
            add("no monitor of level 10: node roles are neither watched nor put right; add "
                "op monitor interval=30s OCF_CHECK_LEVEL=10");
    }

    void look_at_primitive(const ConfiguredResource& resource) {
        const auto multiple_active = meta(resource, "multiple-active", "stop_start");
        if (multiple_active != "block") {
            add(fmt::format(
                "multiple-active={}: at a reconnect Pacemaker picks the survivor by location, maybe the one "
                "with the older primary; use a promotable clone, or block",
                multiple_active));
            return;
        }
        const auto& parameters = facts_.parameters;
        if (parameters.on_split_brain == OnSplitBrain::report)
            add("multiple-active=block with on_split_brain=report: blocked after a cut until an administrator acts; "
                "set on_split_brain=yield");
        else if (!parameters.unblock)
            add("multiple-active=block with unblock=false: blocked after a cut until an administrator acts; set "
                "unblock=true");
        std::vector<std::string> left;
        std::ranges::copy_if(resource.other_members, std::back_inserter(left), [&](const auto& member) {
            return std::ranges::find(parameters.yield_with, member) == parameters.yield_with.end();
        });
        if (!left.empty())
            add(fmt::format(
                "after a cut group {} is blocked as a whole, and pgpool alone yields; set yield_with=\"{}\"",
                resource.group, fmt::join(resource.other_members, " ")));
    }

    void look_at_pgpool(const PgpoolSettings& settings) {
        const auto search = settings.search_primary_node_timeout;
        if (search > 0s && search < usual_promotion)
            add(fmt::format(
                "search_primary_node_timeout is {} s, shorter than a promotion of PostgreSQL: the role stays "
                "wrong until a monitor of level 10; set it to 60",
                std::chrono::ceil<std::chrono::seconds>(search).count()));
        if (settings.detach_false_primary && settings.backends == 2)
            add("detach_false_primary with two nodes: of two writable ones it detaches one by its number, maybe the "
                "newer; set it to off");
        const auto& addresses = settings.pcp_listen_addresses;
        const auto open = std::ranges::find_if_not(addresses, is_loopback);
        if (open != addresses.end())
            add(
                fmt::format("PCP listens on '{}', open to the network: whoever knows a password can detach nodes; set "
                            "pcp_listen_addresses = 'localhost'",
                            *open));
    }

    void add(std::string hazard) { found_.push_back(std::move(hazard)); }

    const HazardFacts& facts_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> find_hazards(const HazardFacts& facts) { return Finder(facts).run(); }

}  // namespace ra
