#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/observed.h"
#include "facts/listener.h"
#include "facts/process.h"
#include "facts/record.h"

namespace ra {

// What pgpool's pid file says: "PID\0". `pid` is 0 for a file that is empty.
struct PidFile {
    pid_t pid = 0;
};

// What an instance of pgpool looks like from outside; given by the parameters.
struct Instance {
    std::filesystem::path config;
    std::filesystem::path binary;
    std::string user;
};

// How far a look goes.
enum class Scope {
    main,     // the main process that the record or the pid file names, and one of its children: no cost that grows
    tree,     // all that descends from it: the cost grows with this pgpool, and with nothing else
    machine,  // every process
};

// What was seen at one moment.
struct Snapshot {
    // False: only the main process that the record or the pid file names, and one of its children, or all that descends
    // from it.
    bool complete = false;

    Observed<std::vector<PgpoolProcess>> processes;
    std::vector<PgpoolProcess> elsewhere;  // in another mount namespace: it may be ours and cannot be told
    std::vector<ProcessStat> others;       // every other process that was looked at, to know the descendants of main

    std::vector<ProcessStat> ending;  // mains, as it seems, that have given up already what they could be told by
    std::vector<ProcessStat> dead;    // zombies that were pgpool

    Observed<std::vector<TcpListener>> tcp_listeners;  // on the ports of this pgpool
    Observed<std::vector<UnixListener>> unix_listeners;
    std::vector<PortHolder> port_holders;      // if complete
    std::vector<SocketHolder> socket_holders;  // if complete

    Observed<uid_t> user;  // of the account that runs pgpool

    Observed<Endpoints> configured;  // by pgpool.conf as it is now
    std::optional<Record> record;
    std::set<std::filesystem::path> other_names_of_config;  // by links, as a main process was started with them
    Observed<std::optional<PidFile>> pid_file;
    std::filesystem::path pid_file_path;
};

}  // namespace ra
