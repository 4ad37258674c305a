#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "system/launcher.h"

namespace ra {

// What one of the cluster's own programs prints, without a shell; it is ended at the deadline. An error names the
// command as it was given. Of `variables`, its environment, it does not see the agent's OCF_RESKEY_*: with
// OCF_RESKEY_CRM_meta_on_node a command that asks for all nodes would ask for this one alone.
[[nodiscard]] Result<std::string> run_cluster_command(const char* program, std::vector<std::string> arguments,
                                                      Variables variables, Deadline deadline);

}  // namespace ra
