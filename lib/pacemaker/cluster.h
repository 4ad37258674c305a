#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "facts/cluster.h"
#include "facts/history.h"
#include "ocf/environment.h"
#include "pacemaker/command.h"

namespace ra {

// For one answer of Pacemaker or Corosync.
inline constexpr Milliseconds patience_with_cluster = std::chrono::seconds(5);

// Pacemaker, as its own command line programs answer. Each call runs one of them and ends it at the deadline; a failure
// is never a failure of pgpool. `environment` must outlive it.
class Cluster {
 public:
    explicit Cluster(const Environment& environment, RunCommand run = run_cluster_command)
        : environment_(&environment), run_(std::move(run)) {}

    // False where no cluster manager asks: by hand, or under ocf-tester.
    [[nodiscard]] bool is_present() const;

    // The resource as Pacemaker's commands name it: of an instance of a clone without its ":N".
    [[nodiscard]] std::string resource() const;
    // An instance of a clone, promotable or not, may be active on several nodes.
    [[nodiscard]] bool is_clone() const;
    [[nodiscard]] bool is_promotable() const;

    // A promotable clone has a promotion score; a primitive an attribute "pgpool-rank-<resource>" that a location rule
    // can use. Both belong to this node and are lost when it leaves the cluster.
    [[nodiscard]] Status publish_score(int score, Deadline deadline) const;
    [[nodiscard]] Status remove_score(Deadline deadline) const;
    // That attribute of a primitive, by node: those where it is set.
    [[nodiscard]] Result<std::map<std::string, int>> published_ranks(Deadline deadline) const;

    // The newest history that any instance of this resource has served, as the configuration of the cluster keeps it:
    // it outlives stop, reboot and cleanup, and each node has it. Nothing if none was kept.
    [[nodiscard]] Result<std::optional<History>> history(Deadline deadline) const;
    [[nodiscard]] Status keep_history(const History& history, Deadline deadline) const;

    // Shown by crm_mon -A as "pgpool-state-<resource>" of this node: what is wrong, until it is resolved.
    [[nodiscard]] Status publish_state(const std::string& text, Deadline deadline) const;
    [[nodiscard]] Status remove_state(Deadline deadline) const;

    // The value of a transient attribute of this node. An error also when it has none, or one that is no number.
    [[nodiscard]] Result<int> node_attribute(const std::string& name, Deadline deadline) const;

    // As the scheduler knows it: Pacemaker tells it to the agent. Where it does not, the local node is asked, which on
    // a node of pacemaker_remote is not this one.
    [[nodiscard]] Result<std::string> node_name(Deadline deadline) const;
    // The nodes of this partition, this one among them.
    [[nodiscard]] Result<std::vector<std::string>> members(Deadline deadline) const;

    // Where the cluster does not run here, the configuration that is stored on this node.
    [[nodiscard]] Result<ClusterConfiguration> configuration(Deadline deadline) const;
    [[nodiscard]] Result<ClusterStatus> status(const std::string& resource, Deadline deadline) const;
    [[nodiscard]] Result<Votes> votes(Deadline deadline) const;
    // The nodes on which Pacemaker takes `resource` for active.
    [[nodiscard]] Result<std::vector<std::string>> active_nodes(const std::string& resource, Deadline deadline) const;

    // Stops a resource on this node by its own agent, whatever Pacemaker thinks of it.
    [[nodiscard]] Status force_stop(const std::string& resource, Deadline deadline) const;
    // Makes Pacemaker forget what it knows of the resource on `node`, and of its group, and probe again.
    [[nodiscard]] Status refresh(const std::string& node, Deadline deadline) const;

    // Whose node attributes count for this instance: those of the node it runs on, or of the host of a bundle with
    // container-attribute-target=host. Empty by hand. The commands of Pacemaker 1.1 to 3.0 look for it in the same way,
    // in the environment of an agent, if they are not told; on a node of pacemaker_remote, on a guest and in a bundle
    // without that they take the cluster node at the other end of the connection.
    [[nodiscard]] std::string bearer_of_attributes() const;

 private:
    [[nodiscard]] std::vector<std::string> of_this_node() const;

    [[nodiscard]] std::string rank_attribute() const;
    [[nodiscard]] Status change_state(std::vector<std::string> change, Deadline deadline) const;
    [[nodiscard]] Status change_score(const std::string& option, const std::string& value, Deadline deadline) const;
    [[nodiscard]] Result<std::string> run(const char* program, std::vector<std::string> arguments, Deadline deadline,
                                          Variables further = {}) const;

    const Environment* environment_;
    RunCommand run_;
};

// What Pacemaker's commands print. What has another form is left out.
[[nodiscard]] std::map<std::string, int> parse_attributes(std::string_view lines);  // of attrd_updater -Q, by node

}  // namespace ra
