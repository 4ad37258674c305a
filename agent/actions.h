#pragma once

#include <string_view>

#include "ocf/exit_code.h"

namespace ra {

// Runs the action `name`: the only argument of an OCF resource agent. The rest comes in the environment.
[[nodiscard]] ExitCode run_agent(std::string_view name);

// An exception that reached main is a fault of the agent, not of what it looks after.
[[nodiscard]] ExitCode report_bug(std::string_view what);

}  // namespace ra
