#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "facts/snapshot.h"

namespace ra::scene {

// The pgpool of all these scenes: main 100, two children, the PCP process 103; it listens with the sockets 1 to 4.
inline constexpr uid_t user = 26;
inline constexpr pid_t main_pid = 100;
inline const Instance instance{"/etc/pgpool.conf", "pgpool", "postgres"};
inline const Endpoints usual_endpoints{
    9999, 9898, {"localhost"}, {"/run/pg"}, {"/run/pg"}, "/run/pg/pgpool.pid", {"localhost"}};
inline const std::vector<ino_t> sockets{1, 2, 3, 4};
inline const std::vector<int> shared_memory{7};

inline ProcessStat stat(pid_t pid, pid_t parent, pid_t session, const std::string& name = "pgpool") {
    return {{pid, 1000U + static_cast<unsigned>(pid)}, name, 'S', parent, session};
}

inline PgpoolProcess main_process(pid_t pid = main_pid, const std::string& config = "/etc/pgpool.conf") {
    return {stat(pid, 1, pid), user, {"/usr/sbin/pgpool", "-n", "-f", config}, {}, {}};
}

inline PgpoolProcess child(pid_t pid, const std::string& title = "pgpool: wait for connection request",
                           pid_t main = main_pid) {
    return {stat(pid, main, main), user, {title}, {}, {}};
}

// One of ours: with our sockets and our shared memory.
inline PgpoolProcess of_ours(PgpoolProcess process) {
    process.sockets = sockets;
    process.shared_memory = shared_memory;
    return process;
}

inline std::vector<PgpoolProcess>& processes(Snapshot& seen) {
    return std::get<std::vector<PgpoolProcess>>(seen.processes);
}

inline std::vector<TcpListener>& tcp_listeners(Snapshot& seen) {
    return std::get<std::vector<TcpListener>>(seen.tcp_listeners);
}

inline PgpoolProcess& process(Snapshot& seen, pid_t pid) {
    return *std::ranges::find_if(processes(seen), [pid](const auto& p) { return p.stat.id.pid == pid; });
}

// Everything was asked, and there is no pgpool.
inline Snapshot nothing_runs() {
    Snapshot seen;
    seen.complete = true;
    seen.processes = std::vector<PgpoolProcess>();
    seen.tcp_listeners = std::vector<TcpListener>();
    seen.unix_listeners = std::vector<UnixListener>();
    seen.user = user;
    seen.configured = usual_endpoints;
    seen.pid_file = std::optional<PidFile>();
    seen.pid_file_path = usual_endpoints.pid_file;
    return seen;
}

inline Snapshot pgpool_runs() {
    auto seen = nothing_runs();
    seen.processes = std::vector{of_ours(main_process()), of_ours(child(101)), of_ours(child(102)),
                                 of_ours(child(103, "pgpool: PCP: wait for connection request"))};
    seen.tcp_listeners = std::vector{TcpListener{"127.0.0.1", 9999, 1}, TcpListener{"127.0.0.1", 9898, 2}};
    seen.unix_listeners =
        std::vector{UnixListener{"/run/pg/.s.PGSQL.9999", 3}, UnixListener{"/run/pg/.s.PGSQL.9898", 4}};
    seen.pid_file = std::optional(PidFile{main_pid});
    return seen;
}

inline void end_main(Snapshot& seen, pid_t pid = main_pid) {
    std::erase_if(processes(seen), [pid](const auto& p) { return p.stat.id.pid == pid; });
    for (auto& p : processes(seen))
        if (p.stat.parent == pid) p.stat.parent = 1;
}

inline void take_sockets(Snapshot& seen) {
    for (auto& p : processes(seen)) p.sockets.clear();
    seen.tcp_listeners = std::vector<TcpListener>();
    seen.unix_listeners = std::vector<UnixListener>();
}

inline void take_shared_memory(Snapshot& seen) {
    for (auto& p : processes(seen)) p.shared_memory.clear();
}

inline void lose_pid_file(Snapshot& seen) { seen.pid_file = std::optional<PidFile>(); }

inline Record record() { return {{main_process().stat.id, instance.config, usual_endpoints, shared_memory}}; }

// Another pgpool on this machine, with another configuration: main 200 and a child.
inline void add_another_instance(Snapshot& seen) {
    for (auto process :
         {main_process(200, "/etc/other.conf"), child(201, "pgpool: wait for connection request", 200)}) {
        process.sockets = {21, 22};
        process.shared_memory = {8};
        processes(seen).push_back(process);
    }
}

// A process that is no pgpool and listens on `address` at our port.
inline void add_stranger_on_port(Snapshot& seen, const std::string& address = "127.0.0.1", pid_t pid = 500) {
    tcp_listeners(seen).push_back({address, 9999, 90});
    seen.port_holders.push_back({9999, address, pid, pid == 0 ? "" : "nginx"});
    if (pid != 0) seen.others.push_back(stat(pid, 1, pid, "nginx"));
}

inline std::vector<pid_t> pids(const std::vector<PgpoolProcess>& processes) {
    std::vector<pid_t> pids;
    std::ranges::transform(processes, std::back_inserter(pids), [](const auto& p) { return p.stat.id.pid; });
    std::ranges::sort(pids);
    return pids;
}

}  // namespace ra::scene
