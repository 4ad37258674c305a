#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "facts/backend.h"

namespace ra {

// What PCP says of a node, as numbers that nobody has checked.
struct PcpNode {
    std::string host;
    int port = 0;
    int status = 0;
    int role = 0;
    bool quarantined = false;
};

// Nothing for a number that no backend has: pgpool counts up to its highest one, and those left out have neither host
// nor port, whatever their status. An error (EPROTO) for what no pgpool says: libpcp and pgpool are not
// of one release.
[[nodiscard]] Result<std::optional<NodeInfo>> check_node(int id, const PcpNode& said);

}  // namespace ra
