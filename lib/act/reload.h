#pragma once

#include "act/operation.h"
#include "ocf/exit_code.h"

namespace ra {

// pgpool reads its own configuration again (SIGHUP); no client is lost. A configuration with a syntax error is refused
// first: pgpool would go on with the old one and tell only its log.
[[nodiscard]] Outcome reload(const Operation& operation);

// Parameters of the agent have changed that concern no process: the next action reads them anyway.
[[nodiscard]] Outcome reload_agent(const Operation& operation);

}  // namespace ra
