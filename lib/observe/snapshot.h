#pragma once

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "system/leftovers.h"
#include "system/listeners.h"
#include "system/pgpool_conf.h"
#include "system/proc_fs.h"
#include "system/record.h"

namespace ra {

// A fact is not asked, a value, or an error: what is not known is never "no".
struct NotAsked {};
template <typename T>
using Observed = std::variant<NotAsked, T, Error>;

// The value; null for the other two.
template <typename T>
[[nodiscard]] const T* value_of(const Observed<T>& fact) {
    return std::get_if<T>(&fact);
}

template <typename T>
[[nodiscard]] bool is_asked(const Observed<T>& fact) {
    return !std::holds_alternative<NotAsked>(fact);
}

template <typename T>
[[nodiscard]] Observed<T> observed(Result<T> result) {
    if (result) return std::move(*result);
    return result.error();
}

// A living process whose executable is pgpool, in our mount and network namespace, of whichever configuration.
struct PgpoolProcess {
    ProcessStat stat;
    uid_t owner = 0;
    std::vector<std::string> arguments;  // of the main process its real ones, of a child its title in one piece
    std::vector<ino_t> sockets;
    std::vector<int> shared_memory;  // if the snapshot is complete
};

// A process that is no pgpool and holds a TCP port that ours needs.
struct PortHolder {
    std::uint16_t port = 0;
    std::string address;
    pid_t pid = 0;  // 0: not found
    std::string name;
};

// What an instance of pgpool looks like from outside; given by the parameters.
struct Instance {
    std::filesystem::path config;
    std::string executable_name;  // "pgpool", or the name of the parameter binary
    std::string user;
};

// What was seen at one moment.
struct Snapshot {
    // False: only the main process that the record or the pid file names, and one of its children, or all that descends
    // from it.
    bool complete = false;

    Observed<std::vector<PgpoolProcess>> processes;
    std::vector<ProcessStat> others;  // every other process that was looked at, to know the descendants of main

    std::vector<ProcessStat> dead;  // zombies that were pgpool

    Observed<std::vector<TcpListener>> tcp_listeners;  // on the ports of this pgpool
    Observed<std::vector<UnixListener>> unix_listeners;
    std::vector<PortHolder> port_holders;  // if complete

    Observed<uid_t> user;  // of the account that runs pgpool

    Observed<Endpoints> configured;  // by pgpool.conf as it is now
    std::optional<Record> record;
    std::set<std::filesystem::path> other_names_of_config;  // by links, as a main process was started with them
    Observed<std::optional<PidFile>> pid_file;
    std::filesystem::path pid_file_path;
};

}  // namespace ra
