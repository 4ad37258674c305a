#pragma once

#include <functional>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "os/subprocess.h"

namespace ra {

// Runs one of the cluster's own programs and returns what it prints. A test can script it.
using RunCommand = std::function<Result<std::string>(const Command&, Deadline)>;

// Runs it without a shell and ends it at the deadline. An error names the command.
[[nodiscard]] Result<std::string> run_cluster_command(const Command& command, Deadline deadline);

}  // namespace ra
