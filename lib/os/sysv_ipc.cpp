#include "os/sysv_ipc.h"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>

namespace ra {

namespace {

bool contains(const std::vector<pid_t>& pids, pid_t pid) { return std::ranges::find(pids, pid) != pids.end(); }

// A zombie can operate nothing any more. What cannot be read is taken for alive: it costs memory, not somebody's data.
bool is_alive(const ProcFs& proc, pid_t pid) {
    const auto stat = proc.stat(pid);
    return stat ? !stat->dead() : !vanished(stat.error());
}

bool is_abandoned(const ProcFs& proc, int id) {
    struct shmid_ds about {};
    if (::shmctl(id, IPC_STAT, &about) != 0) return false;
    return about.shm_perm.__key == IPC_PRIVATE && about.shm_nattch == 0 && !is_alive(proc, about.shm_cpid);
}

union SemaphoreArgument {  // semctl(2): the caller defines it
    int value;
    struct semid_ds* set;
    struct seminfo* system;
};

// Only private sets (no key) that one of `creators` was the last to operate, and that no living process was.
bool is_abandoned_semaphore_set(const ProcFs& proc, int id, const std::vector<pid_t>& creators) {
    struct semid_ds about {};
    SemaphoreArgument argument{};
    argument.set = &about;
    if (::semctl(id, 0, IPC_STAT, argument) != 0) return false;
    if (about.sem_perm.__key != IPC_PRIVATE) return false;
    bool ours = false;
    for (unsigned long i = 0; i < about.sem_nsems; ++i) {
        const pid_t last = ::semctl(id, static_cast<int>(i), GETPID);
        if (last > 0 && is_alive(proc, last)) return false;
        ours = ours || contains(creators, last);
    }
    return ours;
}

std::vector<int> all_semaphore_sets() {
    struct seminfo system {};
    SemaphoreArgument argument{};
    argument.system = &system;
    const int highest = ::semctl(0, 0, SEM_INFO, argument);
    std::vector<int> ids;
    for (int index = 0; index <= highest; ++index) {
        struct semid_ds about {};
        argument.set = &about;
        const int id = ::semctl(index, 0, SEM_STAT, argument);
        if (id >= 0) ids.push_back(id);
    }
    return ids;
}

}  // namespace

void remove_ipc(const ProcFs& proc, const std::vector<int>& shared_memory_ids, const std::vector<pid_t>& creators) {
    for (const int id : shared_memory_ids)
        if (is_abandoned(proc, id)) ::shmctl(id, IPC_RMID, nullptr);
    for (const int id : all_semaphore_sets())
        if (is_abandoned_semaphore_set(proc, id, creators)) ::semctl(id, 0, IPC_RMID);
}

}  // namespace ra
