#include "tests/support/system_v.h"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace ra::test {

namespace {

// The second column of a table in /proc/sysvipc is the id; `visit` gets it with the rest of the row.
template <typename Visit>
void each_row(const char* table, Visit visit) {
    std::ifstream rows(table);
    constexpr auto line = std::numeric_limits<std::streamsize>::max();
    rows.ignore(line, '\n');
    for (long key = 0, id = 0; rows >> key >> id; rows.ignore(line, '\n')) visit(static_cast<int>(id), rows);
}

bool last_operated_by(int semaphore_set, int size, const std::set<pid_t>& processes) {
    for (int number = 0; number < size; ++number)
        if (processes.contains(::semctl(semaphore_set, number, GETPID))) return true;
    return false;
}

}  // namespace

SystemVObjects all_system_v_objects() {
    SystemVObjects all;
    each_row("/proc/sysvipc/shm", [&](int id, std::istream&) { all.shared_memory.insert(id); });
    each_row("/proc/sysvipc/sem", [&](int id, std::istream&) { all.semaphore_sets.insert(id); });
    return all;
}

SystemVObjects objects_of(const std::set<pid_t>& processes) {
    SystemVObjects objects;
    each_row("/proc/sysvipc/shm", [&](int id, std::istream& row) {
        long permissions = 0, size = 0;
        pid_t creator = 0;
        row >> permissions >> size >> creator;
        if (processes.contains(creator)) objects.shared_memory.insert(id);
    });
    each_row("/proc/sysvipc/sem", [&](int id, std::istream& row) {
        int permissions = 0, size = 0;
        row >> permissions >> size;
        if (last_operated_by(id, size, processes)) objects.semaphore_sets.insert(id);
    });
    return objects;
}

void SystemVObjects::add(const SystemVObjects& other) {
    shared_memory.insert(other.shared_memory.begin(), other.shared_memory.end());
    semaphore_sets.insert(other.semaphore_sets.begin(), other.semaphore_sets.end());
}

SystemVObjects SystemVObjects::without(const SystemVObjects& others) const {
    SystemVObjects rest;
    std::ranges::set_difference(shared_memory, others.shared_memory,
                                std::inserter(rest.shared_memory, rest.shared_memory.end()));
    std::ranges::set_difference(semaphore_sets, others.semaphore_sets,
                                std::inserter(rest.semaphore_sets, rest.semaphore_sets.end()));
    return rest;
}

SystemVObjects SystemVObjects::still_there() const {
    const auto gone = without(all_system_v_objects());
    return without(gone);
}

void SystemVObjects::remove() const {
    for (const int id : shared_memory) ::shmctl(id, IPC_RMID, nullptr);
    for (const int id : semaphore_sets) ::semctl(id, 0, IPC_RMID);
}

}  // namespace ra::test
