#include "pgpool/pcp_node.h"

#include <fmt/format.h>

#include <cerrno>

namespace ra {

Result<std::optional<NodeInfo>> check_node(int id, const PcpNode& said) {
    if (said.port == 0 && said.host.empty()) return std::optional<NodeInfo>();
    const bool is_plausible =
        said.status >= 0 && said.status <= 3 && said.role >= 0 && said.role <= 3 && said.port > 0 && said.port <= 65535;
    if (!is_plausible)
        return Error{fmt::format("cannot use what PCP says of node {}: it is not of the release of this libpcp", id),
                     EPROTO};
    return std::optional(NodeInfo{id, said.host, static_cast<std::uint16_t>(said.port),
                                  static_cast<NodeStatus>(said.status), static_cast<NodeRole>(said.role),
                                  said.quarantined});
}

}  // namespace ra
