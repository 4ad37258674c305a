#pragma once

#include <sys/types.h>

#include <set>

namespace ra::test {

// System V objects that still exist.
struct SystemVObjects {
    std::set<int> shared_memory;
    std::set<int> semaphore_sets;

    void add(const SystemVObjects& other);
    [[nodiscard]] SystemVObjects without(const SystemVObjects& others) const;
    // Those of them that exist now.
    [[nodiscard]] SystemVObjects still_there() const;
    void remove() const;
};

[[nodiscard]] SystemVObjects all_system_v_objects();

// What one of `processes` has made (shared memory) or was the last to operate (semaphores). Pids are used
// again: an object that a dead process has left may seem to be another one's.
[[nodiscard]] SystemVObjects objects_of(const std::set<pid_t>& processes);

}  // namespace ra::test
