#pragma once

#include <functional>
#include <span>
#include <string>

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

// libpcp is looked for when it is needed, under any of `names`, the newest first: an upgrade of pgpool may change its
// name, and must not need another agent. What is called so and is not pgpool's is passed over (Performance Co-Pilot has
// a libpcp.so.3 too).
using LibraryNames = std::span<const std::string>;

// The errno of a failure that another libpcp mends: there is none, or it is not of pgpool's release.
[[nodiscard]] bool is_for_want_of_a_library(const Error& error);

// The name of the one that is found first.
[[nodiscard]] Result<std::string> find_library(LibraryNames names);

// libpcp waits for ever for an answer: whoever calls this must be able to end the process. Each call is one short
// connection, because an idle one keeps pgpool 4.4 and older from every failover. Where a library does not understand
// the answer, the next one is asked.
//
// `take` gets the nodes one by one: from 4.3 on pgpool asks the backend before it answers, for up to connect_timeout.
// For `silent_nodes` it does not, where it and the library are of 4.2 or later.
[[nodiscard]] Status ask_nodes(LibraryNames names, const PcpAccess& access, std::span<const int> silent_nodes,
                               const std::function<void(const NodeInfo&)>& take);

// Every pgpool understands the requests of a newer library. Success means that it has queued the request, or has
// silently dropped it: only ask_nodes tells.
[[nodiscard]] Status promote_node(LibraryNames names, const PcpAccess& access, int node);
[[nodiscard]] Status attach_node(LibraryNames names, const PcpAccess& access, int node);
[[nodiscard]] Status detach_node(LibraryNames names, const PcpAccess& access, int node);

}  // namespace ra::probe
