#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "observe/snapshot.h"
#include "ocf/parameters.h"
#include "system/ask_protocol.h"
#include "system/launcher.h"
#include "system/pcp_account.h"

namespace ra {

// One backend of pgpool, from both sides.
struct BackendView {
    int id = 0;
    std::string host;
    std::uint16_t port = 0;
    Observed<NodeInfo> node;             // as pgpool sees it
    Observed<BackendState> state;        // as PostgreSQL says itself
    bool answers_without_state = false;  // PostgreSQL is there, but refused to be asked: what it is, is not known

    [[nodiscard]] std::string name() const;  // "node 1 (host:port)"
    // PostgreSQL says that it takes writes.
    [[nodiscard]] bool is_writable() const;
    // pgpool sends writes there, and PostgreSQL takes them.
    [[nodiscard]] bool serves_writes() const;
};

struct RoleFacts {
    std::vector<BackendView> backends;  // in the order of their ids
    std::string pcp_failure;            // why pgpool's view is missing or cut off; empty if it is complete
    bool pcp_is_silent = false;         // it took the question and gave no answer at all in time
    bool has_follow_primary_command = false;
    bool has_watchdog = false;
    bool has_streaming_replication = true;  // otherwise several nodes may be writable, as they should be
};

// What the agent says to log in to PostgreSQL: parameters first, then pgpool.conf's account for its own checks.
[[nodiscard]] Variables backend_login(const Parameters& parameters, const PgpoolConf& conf);

// The account for PCP, or why there is none: parameters first, then the agent's own if `main` was started with it.
[[nodiscard]] Result<Variables> pcp_login(const Parameters& parameters, const PcpAccountFiles& own,
                                          const std::vector<std::string>& arguments_of_main, const Endpoints& at);

// Asks pgpool by PCP and all PostgreSQL servers, at the same time, in processes of their own that are ended at the
// deadline.
[[nodiscard]] RoleFacts ask_for_roles(const PgpoolConf& conf, const Variables& backend_login,
                                      const Result<Variables>& pcp_login, Deadline deadline);

// The names of those that answer among the backends on other hosts, be it with a refusal.
[[nodiscard]] Result<std::vector<std::string>> ask_remote_backends(const PgpoolConf& conf,
                                                                   const Variables& backend_login,
                                                                   const std::set<std::string>& own_addresses,
                                                                   Deadline deadline);

// The backends that pgpool.conf names, nothing asked yet.
[[nodiscard]] std::vector<BackendView> configured_backends(const PgpoolConf& conf);

}  // namespace ra
