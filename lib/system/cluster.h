#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "ocf/environment.h"

namespace ra {

// Pacemaker's node attributes that belong to this resource on this node and are lost when the node leaves the cluster.
// Each call runs one of Pacemaker's commands, is ended at the deadline, and its failure is never a failure of pgpool.
class ClusterAttributes {
 public:
    explicit ClusterAttributes(const Environment& environment) : environment_(environment) {}

    // False where no cluster manager asks: by hand, or under ocf-tester.
    [[nodiscard]] bool in_a_cluster() const;

    // A promotable clone has a promotion score; a primitive an attribute "pgpool-rank-<resource>" that a location rule
    // can use.
    [[nodiscard]] Status publish_score(int score, Deadline deadline) const;
    [[nodiscard]] Status remove_score(Deadline deadline) const;

 private:
    [[nodiscard]] Status change_score(const std::string& option, const std::string& value, Deadline deadline) const;
    [[nodiscard]] bool is_promotable() const;

    const Environment& environment_;
};

// The IP addresses and the names of this host.
[[nodiscard]] std::vector<std::string> own_addresses();

}  // namespace ra
