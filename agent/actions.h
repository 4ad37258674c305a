#pragma once

#include <span>
#include <string_view>

#include "ocf/exit_code.h"

namespace ra {

// Runs the action `name`. Everything else that it needs comes in the environment; only explain, which is used by hand,
// reads `arguments`.
[[nodiscard]] ExitCode run_agent(std::string_view name, std::span<const std::string_view> arguments);

// An exception that reached main is a fault of the agent, not of what it looks after.
[[nodiscard]] ExitCode report_bug(std::string_view what);

}  // namespace ra
