#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "facts/address.h"
#include "facts/backend.h"
#include "facts/host.h"
#include "facts/listener.h"
#include "facts/settings.h"
#include "ocf/parameters.h"
#include "os/subprocess.h"
#include "state/pcp_account.h"

namespace ra {

// What the agent says to log in to PostgreSQL: parameters first, then pgpool.conf's account for its own checks.
[[nodiscard]] Variables backend_login(const Parameters& parameters, const PgpoolSettings& settings);

// The account for PCP, or why there is none: parameters first, then the agent's own if `main` was started with it.
[[nodiscard]] Result<Variables> pcp_login(const Parameters& parameters, const PcpAccountFiles& own,
                                          const std::vector<std::string>& arguments_of_main, const PcpAddress& at);

// Servers whose hosts gave no sign when last asked, and how long they are waited for now; 0: they are not asked. pgpool
// tells of their nodes without asking them either, if it can.
struct SilentServers {
    std::vector<int> ids{};
    Milliseconds patience{0};
};

// Asks pgpool by PCP and all PostgreSQL servers, at the same time, in processes of their own that are ended at the
// deadline.
[[nodiscard]] RoleFacts ask_for_roles(const PgpoolSettings& settings, const Variables& backend_login,
                                      const Result<Variables>& pcp_login, const Site& site, const SilentServers& silent,
                                      Deadline deadline);

// Makes the server of a standby a primary: pg_promote(). The reason why it is none; empty if it is.
[[nodiscard]] std::string promote_server(const BackendAddress& server, const Variables& backend_login,
                                         Deadline deadline);

// Whether PCP could be asked on this host.
[[nodiscard]] PcpMeans look_for_pcp_means(const Parameters& parameters, Deadline deadline);

// The names of those that answer among the backends of other sites, be it with a refusal.
[[nodiscard]] Result<std::vector<std::string>> ask_remote_backends(const PgpoolSettings& settings,
                                                                   const Variables& backend_login, const Site& site,
                                                                   Deadline deadline);

}  // namespace ra
