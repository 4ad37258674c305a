#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "pgpool/pcp_node.h"

namespace ra {

// A node as libpcp hands it over: the bytes of a BackendInfo, whose shape differs between the releases of pgpool, also
// where the library is called the same (libpcp.so.2 has had three). Nothing for a shape that no release has had.
//
// Source: src/include/pcp/libpcp_ext.h of pgpool 4.0.0 to 4.7.2.
[[nodiscard]] std::optional<PcpNode> read_backend_info(std::span<const std::byte> record);

}  // namespace ra
