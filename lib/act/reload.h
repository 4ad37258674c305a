#pragma once

#include "act/operation.h"
#include "ocf/exit_code.h"

namespace ra {

// pgpool reads its own configuration again (SIGHUP); no client is lost. A configuration that cannot be read is not
// handed over: pgpool goes on with the old one. That is degraded and no failure: Pacemaker would answer a failed reload
// with a stop, and with a start that has to fail.
[[nodiscard]] Outcome reload(const Operation& operation);

// Parameters of the agent have changed that concern no process: the next action reads them anyway.
[[nodiscard]] Outcome reload_agent(const Operation& operation);

}  // namespace ra
