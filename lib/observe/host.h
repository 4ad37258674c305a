#pragma once

#include "base/deadline.h"
#include "facts/host.h"
#include "ocf/parameters.h"

namespace ra {

// Looks as the user that runs pgpool.
[[nodiscard]] HostFacts look_at_host(const Parameters& parameters, Deadline deadline);

// Whether `user` can write the file that pgpool.conf names; its directory, as long as it does not exist.
[[nodiscard]] FileFacts look_at_pid_file(const std::filesystem::path& pid_file, const SystemUser& user);

}  // namespace ra
