#pragma once

#include <filesystem>
#include <set>
#include <vector>

#include "decide/process_tree.h"
#include "facts/snapshot.h"

namespace ra {

// What a pgpool leaves behind when it does not end by itself, gathered while it can still be seen.
struct Remains {
    std::set<std::filesystem::path> sockets;
    std::filesystem::path pid_file;  // empty: there is none that may be removed
    std::set<int> shared_memory;
    std::set<pid_t> processes;  // who may have made shared memory and semaphores
    std::set<ProcessId> known;  // every process of it that was seen
    std::set<ino_t> listeners;  // TCP sockets, which commands of pgpool inherit

    void add(const Remains& other);
};

[[nodiscard]] Remains remains_of(const Snapshot& seen, const ProcessTree& tree);

// Who still holds a listening socket of pgpool after its end, so that the next one cannot have its port: PostgreSQL, as
// a rule, which a failover_command has started.
[[nodiscard]] std::vector<PortHolder> heirs_of(const Remains& remains, const Snapshot& seen);

}  // namespace ra
