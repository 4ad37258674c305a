#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "facts/snapshot.h"

namespace ra {

// The processes of one pgpool, sorted out of all that were seen.
struct ProcessTree {
    std::optional<PgpoolProcess> main;
    std::vector<PgpoolProcess> children;  // what main, or a process of its, has forked
    std::vector<PgpoolProcess> orphans;   // of ours, but of no living main
    std::vector<ProcessStat> commands;    // started by this pgpool and no pgpool: failover_command and such
    std::vector<ProcessStat> spared{};    // the same, and none of a stop's business
    std::string doubt{};                  // why another process may be of this pgpool; empty if none may

    // Nothing is left that a stop has to end.
    [[nodiscard]] bool empty() const { return !main && children.empty() && orphans.empty() && commands.empty(); }
    // Whether the process is main, a child or an orphan.
    [[nodiscard]] bool contains(const ProcessId& process) const;
};

// Sources: facts on the process tree of pgpool 4.0 to 4.7. Main is the process that runs with our configuration file,
// as our user; a title "pgpool: ..." is a child's. A pid file is only a hint. A process is an orphan only with evidence
// that it is ours: the session of a dead main of ours, a listening socket of ours, or shared memory with one of those.
// A process that belongs to a living pgpool with another configuration is never ours. A process that is no pgpool is
// ours if it descends from main, or if it is in the session of a dead main of ours and has inherited a listening socket
// of it. Of these, what has left the sessions of pgpool (pg_ctl starts a server in a session of its own, and each of
// the server's processes has one), or is a program of PostgreSQL that writes a data directory, works for PostgreSQL and
// outlives pgpool: to end it would crash a server or leave a data directory half written. The one on record is ours,
// whatever its executable is called by now. Not ours, but in doubt: a main with our configuration and another user, or
// in another mount namespace, or of which too little can be read.
[[nodiscard]] ProcessTree find_process_tree(const Snapshot& seen, const Instance& instance);

// "pgpool: PCP: ..." of a child; empty for a main process.
[[nodiscard]] std::string_view title_of(const PgpoolProcess& process);

// A program that pgpool's commands run for PostgreSQL: ended in the middle, it leaves a database that cannot be used.
[[nodiscard]] bool writes_data_directory(const ProcessStat& stat);

// A child that waits for a client.
[[nodiscard]] bool is_idle_child(const PgpoolProcess& process);

// A child that serves a client or waits for one; not PCP, a check, the logger or a part of the watchdog, and no worker
// of PCP that has heard nothing from its client yet.
[[nodiscard]] bool serves_clients(const PgpoolProcess& process);

// Main has just forked a child that has not written its title yet: it may be for clients, or for anything else.
[[nodiscard]] bool has_newborn(const ProcessTree& tree);

// pgpool opens PCP when its first search for a primary has ended, as the last of its processes.
[[nodiscard]] bool has_pcp_process(const ProcessTree& tree);

// The workers of PCP: each serves one client, as long as that is connected.
[[nodiscard]] std::vector<ProcessId> pcp_workers(const ProcessTree& tree);

// What counts for this pgpool: what its main was started with if that is on record, else the configuration.
// Null if neither is known.
[[nodiscard]] const Endpoints* endpoints_of(const Snapshot& seen, const ProcessTree& tree);

[[nodiscard]] bool holds(const PgpoolProcess& process, ino_t inode);

// Where a client reaches it on this host: its UNIX socket, else a TCP address; nothing if it listens nowhere. What
// counts is what main holds: each version of pgpool ignores the name that the other versions have for the socket's
// directory.
[[nodiscard]] std::optional<ClientAddress> client_address(const Snapshot& seen, const ProcessTree& tree);

// Where PCP is asked, so that this pgpool answers and no other; an error that says who answers there instead.
[[nodiscard]] Result<PcpAddress> pcp_address(const Snapshot& seen, const ProcessTree& tree);

// Another pgpool that was seen, and holds the socket.
[[nodiscard]] std::optional<PgpoolProcess> other_pgpool_with(const Snapshot& seen, const ProcessTree& tree,
                                                             ino_t inode);

}  // namespace ra
