#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "facts/history.h"
#include "facts/process.h"
#include "facts/settings.h"

namespace ra {

// The pgpool that the agent started or adopted: its identity, and its configuration at that time, whatever pgpool.conf
// says since. With it orphans are known after the death of their parent, and stop needs no configuration.
struct StartedPgpool {
    ProcessId main;
    std::filesystem::path config;
    Endpoints endpoints;
    std::vector<int> shared_memory;

    friend bool operator==(const StartedPgpool&, const StartedPgpool&) = default;
};

// What pgpool was told, and how often in a row.
struct Told {
    std::string request;  // "attach node 1"
    int times = 0;
    std::chrono::seconds last{0};

    friend bool operator==(const Told&, const Told&) = default;
};

// A node as it was last seen attached to pgpool.
struct AttachedNode {
    int id = 0;
    std::int64_t up_since = 0;  // as BackendState has it
    bool is_primary = false;    // of pgpool

    friend bool operator==(const AttachedNode&, const AttachedNode&) = default;
};

// What monitors remember about that pgpool. Moments are seconds since boot.
struct Memory {
    bool promoted = false;                                // the cluster has given this instance the promoted role
    std::optional<std::chrono::seconds> watched_since{};  // by the newest watch, until a recurring monitor has looked
    std::optional<std::string> trouble{};  // what the last look at the roles has found wrong: it is logged once
    std::optional<std::chrono::seconds> unresponsive_since{};
    std::optional<std::chrono::seconds> childless_since{};  // no process of it is there for clients
    std::optional<std::chrono::seconds> isolated_since{};
    std::optional<std::chrono::seconds> unreachable_since{};   // no host of a backend answers, pgpool has none attached
    std::optional<std::chrono::seconds> primary_lost_since{};  // with its site: a takeover may be due
    std::optional<std::uint32_t> served_timeline{};  // of the primary that pgpool sent writes to when last looked at
    std::optional<History> history{};                // the newest that this pgpool is known to have served
    bool history_is_shared = false;                  // the cluster knows it
    std::vector<Told> told{};                        // requests that may not have lasted
    std::vector<AttachedNode> attached{};            // when last looked at; without those that were lost
    std::vector<int> kept_out{};                     // detached while nothing was wrong: for a person to attach
    std::vector<int> promoted_beside{};      // somebody has promoted them beside the server in use: until rebuilt
    std::vector<int> silent{};               // nodes whose hosts gave no sign when last asked
    std::optional<std::string> overtaken{};  // why that history is not the newest, as long as both can be written to

    friend bool operator==(const Memory&, const Memory&) = default;
};

struct Record {
    StartedPgpool started;
    Memory memory{};

    friend bool operator==(const Record&, const Record&) = default;
};

// A record with another configuration is about another pgpool, which had this name before; unless `config`, that of the
// parameters, cannot be read.
[[nodiscard]] inline bool is_about(const Record& record, const std::filesystem::path& config, bool config_is_readable) {
    return record.started.config == config || !config_is_readable;
}

}  // namespace ra
