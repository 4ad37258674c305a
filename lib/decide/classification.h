#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "decide/process_tree.h"
#include "facts/snapshot.h"

namespace ra {

enum class Condition {
    clean,    // surely nothing of this pgpool runs
    running,  // main, at least one child, and the listening sockets are theirs
    dirty,    // something of it is left, but it does not serve as a whole
    foreign,  // nothing of it runs, and somebody else has its port or its UNIX socket
    unknown,  // the facts could not be read
};

// The one reading of the facts that every action shares, with the sentence that says why.
struct Classification {
    Condition condition = Condition::unknown;
    std::string because;
    ProcessTree tree;
    std::optional<PortHolder> port_holder;        // who has the port that ours needs
    std::optional<SocketHolder> socket_holder{};  // without a main: who has the UNIX socket that ours needs
    std::string lost_socket{};  // what a running pgpool has lost, though clients still reach it; or empty
};

// `known` are processes that were seen as ours before, and stay so: a command when main is dead, and what is ending,
// which gives up first what it could be told by.
[[nodiscard]] Classification classify(const Snapshot& seen, const Instance& instance,
                                      const std::set<ProcessId>& known = {});

}  // namespace ra
