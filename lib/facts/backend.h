#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/observed.h"
#include "facts/history.h"

namespace ra {

// How pgpool sees a backend: PCP's node information. The numbers are pgpool's own (BACKEND_STATUS, SERVER_ROLE).
enum class NodeStatus { unused = 0, waiting = 1, up = 2, down = 3 };
enum class NodeRole { main = 0, replica = 1, primary = 2, standby = 3 };

struct NodeInfo {
    int id = 0;
    std::string host;
    std::uint16_t port = 0;
    NodeStatus status = NodeStatus::unused;
    NodeRole role = NodeRole::standby;
    bool quarantined = false;

    [[nodiscard]] bool attached() const { return status == NodeStatus::waiting || status == NodeStatus::up; }

    friend bool operator==(const NodeInfo&, const NodeInfo&) = default;
};

// Who asked pgpool to detach a node: a client of PCP, or a process of its own that lost the server.
enum class DetachedBy { unknown, pcp_client, pgpool };

// What PostgreSQL says of itself.
struct BackendState {
    int id = 0;  // of the node in pgpool
    bool in_recovery = false;
    std::uint64_t system_identifier = 0;
    std::uint32_t timeline = 0;
    std::uint64_t position = 0;  // bytes of WAL written, or received
    bool streaming = false;      // a standby whose WAL receiver runs
    std::string upstream_host;
    std::uint16_t upstream_port = 0;
    std::int64_t up_since = 0;   // microseconds since 1970: the start of its postmaster, or of its WAL receiver
    std::string replays_late{};  // why a standby is behind on purpose, in words; empty: it is not

    friend bool operator==(const BackendState&, const BackendState&) = default;
};

// One backend of pgpool, from both sides.
struct BackendView {
    int id = 0;
    std::string host;
    std::uint16_t port = 0;
    bool is_on_this_site = false;        // on this host, or where the parameter site_backends says so
    bool is_always_primary = false;      // backend_flag ALWAYS_PRIMARY: pgpool's role of it never changes
    Observed<NodeInfo> node;             // as pgpool sees it
    Observed<BackendState> state;        // as PostgreSQL says itself
    bool answers_without_state = false;  // PostgreSQL is there, but refused to be asked: what it is, is not known
    bool hangs = false;                  // its host took the connection, and PostgreSQL said nothing
    bool host_answers = false;           // be it with a refusal: the network is there
    bool was_asked = true;               // otherwise its silence says nothing: its name is not known, for example
    DetachedBy detached_by = DetachedBy::unknown;  // of a node that is down
    bool was_down = false;     // for the pgpool that ran before this one, as it has noted in pgpool_status
    bool is_kept_out = false;  // detached while nothing was wrong with it: it is for a person to attach it

    [[nodiscard]] std::string name() const;  // "node 1 (host:port)"
    // PostgreSQL says that it takes writes.
    [[nodiscard]] bool is_writable() const;
    // PostgreSQL says that it is in recovery.
    [[nodiscard]] bool is_standby() const;
    // pgpool sends writes there, and PostgreSQL takes them.
    [[nodiscard]] bool serves_writes() const;
    // Nothing was heard of it, not even a refusal.
    [[nodiscard]] bool is_silent() const;
};

// The backends as pgpool and PostgreSQL describe them at one moment, and what pgpool.conf says about them.
struct RoleFacts {
    std::vector<BackendView> backends;  // in the order of their ids
    std::string pcp_failure;            // why PCP was not asked, or why it refused; empty if neither
    bool lacks_libpcp = false;          // for want of a libpcp, or of the right one
    bool pcp_timed_out = false;         // it took the question, and the answer did not come, or not all of it
    bool has_failover_command = true;
    bool has_follow_primary_command = false;
    bool has_watchdog = false;
    bool only_waits = false;                  // the cluster has not promoted this instance: another one serves, or none
    bool begins_to_serve = false;             // it is being promoted, or started as a primitive
    bool has_streaming_replication = true;    // otherwise several nodes may be writable, as they should be
    std::optional<History> shared_history{};  // the newest that was served by the cluster's word, as it keeps it
    std::optional<History> known_history{};   // the newest that is known to have been served, here or elsewhere
};

// The server that pgpool sends writes to, and that takes them. Null: none, or it is not known.
[[nodiscard]] const BackendView* find_served(const RoleFacts& facts);

// The ids of those that were waited for in vain.
[[nodiscard]] std::vector<int> silent_servers(const RoleFacts& facts);

}  // namespace ra
