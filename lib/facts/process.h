#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ra {

// Which process, for as long as the machine runs: a pid alone is given to another process some day.
struct ProcessId {
    pid_t pid = 0;
    std::uint64_t start_time = 0;  // clock ticks since boot, field 22 of /proc/PID/stat

    friend bool operator==(const ProcessId&, const ProcessId&) = default;
    friend auto operator<=>(const ProcessId&, const ProcessId&) = default;
};

// /proc/PID/stat
struct ProcessStat {
    ProcessId id;
    std::string name;  // at most 15 bytes, any characters
    char state = '?';  // R S D T t Z X …
    pid_t parent = 0;
    pid_t session = 0;

    [[nodiscard]] bool dead() const { return state == 'Z' || state == 'X'; }
    [[nodiscard]] bool stopped() const { return state == 'T'; }
    [[nodiscard]] bool sleeps() const { return state == 'S'; }  // until something comes that it waits for
};

// A living pgpool process in our network namespace, of whichever configuration.
struct PgpoolProcess {
    ProcessStat stat;
    uid_t owner = 0;
    std::vector<std::string> arguments;  // of the main process its real ones, of a child its title in one piece
    std::vector<ino_t> sockets;
    std::vector<int> shared_memory;  // if the snapshot is complete
    bool has_our_binary = true;      // its executable is what parameter binary names
    bool has_our_mounts = true;      // it lives in our mount namespace, or is on record
    bool is_readable = true;         // false: without CAP_SYS_PTRACE its executable and sockets are not known
};

}  // namespace ra
