#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "pgpool/pcp_node.h"

namespace ra {

// A node as libpcp hands over the statistics of its health check, which pgpool tells without asking the backend: the
// bytes of a POOL_HEALTH_CHECK_STATS, whose first five members are texts in all releases that have it. Their lengths
// differ, and what is behind a text is 0. Nothing for anything else.
//
// Source: src/include/pcp/libpcp_ext.h and src/libs/pcp/pcp.c of pgpool 4.2.0 to 4.7.0.
[[nodiscard]] std::optional<PcpNode> read_node_statistics(int id, std::span<const std::byte> record);

}  // namespace ra
