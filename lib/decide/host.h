#pragma once

#include <vector>

#include "facts/host.h"
#include "ocf/parameters.h"

namespace ra {

// What keeps pgpool from being started on this host with these parameters, the worst first. Missing is 5, not allowed
// is 4, there but unusable is 2: facts for other hosts may differ, so that none of them is 6.
[[nodiscard]] std::vector<ParameterProblem> judge_host(const Parameters& parameters, const HostFacts& facts);

// The same of the pid file that pgpool.conf names: pgpool ends at once where it cannot write it.
[[nodiscard]] std::vector<ParameterProblem> judge_pid_file(const std::filesystem::path& pid_file,
                                                           const FileFacts& facts, const std::string& user);

}  // namespace ra
