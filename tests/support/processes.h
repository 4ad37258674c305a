#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace ra::test {

// A process as /proc/PID/stat shows it.
struct Process {
    pid_t pid = 0;
    std::string name;
    char state = '?';
    pid_t parent = 0;
    pid_t session = 0;

    [[nodiscard]] bool alive() const { return state != 'Z' && state != 'X'; }
};

[[nodiscard]] std::optional<Process> find_process(pid_t pid);

// False for a zombie.
[[nodiscard]] bool is_alive(pid_t pid);

// Every living process that /proc shows.
[[nodiscard]] std::vector<Process> living_processes();
[[nodiscard]] std::set<pid_t> living_in_session(pid_t session);
[[nodiscard]] std::set<pid_t> living_children(pid_t parent);
// A child that has ended, and that its parent has not asked about.
[[nodiscard]] bool has_dead_child(pid_t parent);
// Whether one of these processes is called so.
[[nodiscard]] bool runs_in(const std::set<pid_t>& processes, const std::string& name);

// All of these are empty for a process that is gone.
[[nodiscard]] Words arguments_of(pid_t pid);
// The first of them, over which a process may write what it is.
[[nodiscard]] std::string title_of(pid_t pid);
[[nodiscard]] Variables environment_of(pid_t pid);
// A line of /proc/PID/status: "Groups", "Uid" …
[[nodiscard]] Words status_of(pid_t pid, const std::string& field);
[[nodiscard]] bool blocks_sigint(pid_t pid);
[[nodiscard]] bool waits_for_a_child(pid_t pid);
// What its file descriptors lead to.
[[nodiscard]] std::set<std::string> open_files(pid_t pid);

// True if any socket accepts TCP connections on this port.
[[nodiscard]] bool anybody_listens_on(std::uint16_t port);

// True if the process has a TCP connection to this port.
[[nodiscard]] bool is_connected_to(pid_t pid, std::uint16_t port);

// Returns when the process is stopped as a whole.
void freeze(pid_t pid);
// Those that live on: what is about to end, as a worker of PCP may be, ends.
void freeze_all(const std::set<pid_t>& processes);

// A process that is frozen for a while.
class Frozen {
 public:
    explicit Frozen(pid_t pid) : pid_(pid) { freeze(pid); }
    ~Frozen();
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

 private:
    pid_t pid_;
};

// Every process of one PostgreSQL server, frozen for a while.
class FrozenServer {
 public:
    explicit FrozenServer(pid_t postmaster);
    ~FrozenServer();
    FrozenServer(const FrozenServer&) = delete;
    FrozenServer& operator=(const FrozenServer&) = delete;

 private:
    Frozen postmaster_;
    std::set<pid_t> children_;  // a frozen parent asks about none of them: their numbers stay theirs
};

// Returns when the process has ended.
void kill_at_once(pid_t pid);

}  // namespace ra::test
