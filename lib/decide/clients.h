#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "decide/process_tree.h"
#include "facts/query.h"

namespace ra {

struct ConnectAsClient {
    Milliseconds at_most;
};
struct ClientsAreServed {};  // or what keeps them from it is looked at elsewhere
struct ClientsWait {         // for those who are served to leave: no failure
    std::string because;
};
struct ClientsAreNotTaken {  // by idle children, which take none either where pgpool has no server for them
    std::string because;
};
struct ClientsAreLost {  // nobody will ever take them
    std::string because;
};
using ClientStep = std::variant<ConnectAsClient, ClientsAreServed, ClientsWait, ClientsAreNotTaken, ClientsAreLost>;

// Whether a pgpool whose processes look well takes clients, by what is seen after a try in vain. Busy is not dead: a
// pgpool that is full leaves a new client in the kernel's queue. Dead is one whose children are all stopped, or, where
// there is a server for the client, in which the same child has waited for one, in vain for two of them. While pgpool
// runs a command, as in a failover, it takes no clients for a while. A child that was just forked may be about to.
[[nodiscard]] ClientStep next_client_step(const std::vector<ClientTry>& tries, const ProcessTree& tree);

// The children that wait for a client, and do not take the one that is there: they sleep. One that was woken up has
// only to get a processor first, and one that is stopped by a signal takes nobody.
[[nodiscard]] std::set<ProcessId> waiting_children(const ProcessTree& tree);

}  // namespace ra
