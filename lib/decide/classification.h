#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decide/family.h"
#include "observe/snapshot.h"

namespace ra {

enum class Condition {
    clean,    // surely nothing of this pgpool runs
    running,  // main, at least one child, and the listening sockets are theirs
    dirty,    // something of it is left, but it does not serve as a whole
    foreign,  // nothing of it runs, and somebody else has its port
    unknown,  // the facts could not be read
};

// The one reading of the facts that every action shares, with the sentence that says why.
struct Classification {
    Condition condition = Condition::unknown;
    std::string because;
    Family family;
    std::optional<PortHolder> port_holder;  // who has the port that ours needs
};

[[nodiscard]] Classification classify(const Snapshot& seen, const Instance& instance);

}  // namespace ra
