#pragma once

#include <optional>
#include <set>
#include <string>

#include "act/operation.h"
#include "decide/takeover.h"

namespace ra {

// What Pacemaker and Corosync know of the other side of the network.
[[nodiscard]] Observed<OtherSide> look_at_other_side(const Operation& operation);

// Each does what the step says, and returns when it is done: why it is not, or nothing. The failover_command of
// pgpool.conf is the administrator's own line for /bin/sh, as pgpool runs it: as pgpool's user, what it prints goes to
// the file `log`. At the deadline the shell is killed; what it has begun may go on.
[[nodiscard]] std::string run_failover_command(const Operation& operation, const RunFailoverCommand& step,
                                               Deadline deadline);
[[nodiscard]] std::string promote_server(const Operation& operation, const PromoteServer& step, Deadline deadline);

// What a start knows, and has done, before pgpool runs.
struct BeforeStart {
    RoleFacts roles{};
    std::optional<int> taken_over_from{};  // a takeover from this node was begun
};

// Before a pgpool is started that the cluster wants to serve: the primary may be lost with its site. The servers as
// they are then. Without PCP, as nothing runs yet; `down_before` are the nodes that the pgpool before this one had
// lost.
[[nodiscard]] BeforeStart take_over_before_start(const Operation& operation, const std::set<int>& down_before,
                                                 Deadline deadline);

}  // namespace ra
