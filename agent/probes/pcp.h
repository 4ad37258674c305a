#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pgpool/probe_protocol.h"

namespace ra::probe {

// Where and as whom PCP is asked. An empty password lets libpcp look into the file that PCPPASSFILE names.
struct PcpAccess {
    std::string host;  // a name, an address, or the directory of the UNIX socket
    int port = 0;
    std::string user;
    std::string password;
};

// libpcp waits for ever for an answer: whoever calls this must be able to end the process. Each call is one short
// connection, because an idle one keeps pgpool 4.4 and older from every failover.
//
// `take` gets the nodes one by one: from 4.3 on pgpool asks the backend before it answers, for up to connect_timeout.
[[nodiscard]] Status ask_nodes(const PcpAccess& access, const std::function<void(const NodeInfo&)>& take);

// Success means that pgpool has queued the request, or has silently dropped it: only ask_nodes tells.
[[nodiscard]] Status promote_node(const PcpAccess& access, int node);
[[nodiscard]] Status attach_node(const PcpAccess& access, int node);

}  // namespace ra::probe
