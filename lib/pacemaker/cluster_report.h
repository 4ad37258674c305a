#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "facts/cluster.h"

namespace ra {

// What cibadmin, crm_mon and corosync-cmapctl print.
[[nodiscard]] Result<ClusterConfiguration> parse_cluster_configuration(const std::string& xml);
[[nodiscard]] Result<ClusterStatus> parse_cluster_status(const std::string& xml, const std::string& resource);
[[nodiscard]] Votes parse_votes(std::string_view lines);

}  // namespace ra
