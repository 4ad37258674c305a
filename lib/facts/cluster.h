#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ra {

// A resource of this agent, as the cluster is configured (the CIB). What a rule gives for a time is not among it.
struct ConfiguredResource {
    std::string id;
    std::map<std::string, std::string> parameters;
    std::map<std::string, std::string> meta;  // its own before its group's and clone's, before the defaults for all
    std::string group;                        // empty: in none
    std::vector<std::string> other_members;   // of the group
    std::string clone;                        // empty: a primitive
    bool promotable = false;
    bool has_role_monitor = false;                  // a recurring monitor of level 10 or more
    std::chrono::milliseconds shortest_monitor{0};  // the interval of the recurring monitors; 0: there is none
    std::set<std::string> attributes_of_locations;  // that the rules of its location constraints ask for
    bool has_rule_on_missing_attribute = false;     // one of them says not_defined
};

struct ClusterConfiguration {
    bool is_live = true;  // false: read from the disk of this node, because the cluster does not run here
    std::string feature_set;
    std::vector<ConfiguredResource> pgpools;
    bool fences = false;  // fencing is enabled, and there is a device for it

    // Null if there is none of that id.
    [[nodiscard]] const ConfiguredResource* find(const std::string& id) const;
};

// What Pacemaker makes of it on this side of the network.
struct ClusterStatus {
    struct Active {
        std::string node;
        std::string role;  // "Started", "Promoted" or "Master" …

        friend bool operator==(const Active&, const Active&) = default;
    };

    std::vector<std::string> online;
    std::vector<std::string> offline;
    bool has_quorum = false;
    std::vector<Active> active;  // the resource
    bool is_blocked = false;     // Pacemaker does nothing about it, or about its group, until somebody helps
    bool is_managed = true;
    std::map<std::string, std::map<std::string, std::string>> attributes;  // transient, by node
    std::map<std::string, std::chrono::sys_seconds> fenced;                // by node: when it was powered off last
};

// Corosync's votes.
struct Votes {
    bool two_node = false;  // each of the two nodes has quorum alone
    bool has_device = false;
};

// What this side of the network knows of the other one. That no node is unclean is no proof of fencing: one that was
// shut down in order is not either, and PostgreSQL may run on there.
struct OtherSide {
    std::vector<std::string> peers{};       // still in the membership with this node
    bool is_fenced = false;                 // all of it, just now: each node was powered off
    bool was_never_seen = false;            // since this node has booted: wait_for_all still waits
    bool has_majority = false;              // a quorum that only one side can have
    std::optional<bool> network_answers{};  // to ping; nothing: that is not asked for, or not known

    friend bool operator==(const OtherSide&, const OtherSide&) = default;
};

}  // namespace ra
