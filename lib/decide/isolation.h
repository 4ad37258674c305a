#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/observed.h"

namespace ra {

// What tells a node that is cut off from one whose peers have died. In the order in which they are asked: the first two
// are a short question each, the third waits for servers that may not answer.
struct IsolationFacts {
    Observed<int> reachable;                     // the attribute of ocf:pacemaker:ping
    int needed = 1;                              // below this nothing has answered that tells of a network
    Observed<std::vector<std::string>> members;  // of the partition of this node, itself among them
    Observed<std::vector<std::string>> remote_backends_that_answer;
};

enum class IsolationQuestion { reachability, members, remote_backends };
struct Connected {  // or not known to be cut off: silence proves nothing
    std::string because;
    bool is_known = true;
};
struct Isolated {
    std::string because;  // "this node is isolated: …"
};
using IsolationStep = std::variant<IsolationQuestion, Connected, Isolated>;

// Isolated is a node for which all three are known and say so. What could not be asked is never taken for silence. Such
// a node serves nobody, neither through the address of the service nor through its own pgpool.
[[nodiscard]] IsolationStep next_isolation_step(const IsolationFacts& facts);

}  // namespace ra
