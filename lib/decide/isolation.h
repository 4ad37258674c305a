#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "base/observed.h"

namespace ra {

// What tells a node that is cut off from one whose peers have died. In the order in which they are asked: the first two
// are a short question each, the third waits for servers that may not answer.
struct IsolationFacts {
    Observed<int> reachable;  // the attribute of ocf:pacemaker:ping: below 1 if no host that it pings has answered
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

// Isolated is a node for which all three are known and say so. What could not be asked is never taken for silence.
[[nodiscard]] IsolationStep next_isolation_step(const IsolationFacts& facts);

// What an isolated node does about a running pgpool.
enum class IsolationResponse {
    wait,              // the grace is not over
    forbid_promotion,  // Pacemaker demotes the instance; as an unpromoted one it may go on
    stop,
};
[[nodiscard]] IsolationResponse respond_to_isolation(std::chrono::seconds isolated_for, std::chrono::seconds grace,
                                                     bool is_promotable);

}  // namespace ra
