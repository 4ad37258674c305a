#pragma once

#include <string>
#include <vector>

#include "explain/explanation.h"

namespace ra {

[[nodiscard]] std::vector<pid_t> pids_of(const std::vector<PgpoolProcess>& processes);

// For explain: main, how many children of each kind, orphans and commands.
[[nodiscard]] std::vector<std::string> describe_processes(const ProcessTree& tree, const Diagnosis& diagnosis);

// For explain: who listens on the ports and sockets of this pgpool.
[[nodiscard]] std::vector<Explanation::Listener> describe_listeners(const Snapshot& seen, const ProcessTree& tree);

}  // namespace ra
