#pragma once

#include <filesystem>

#include "facts/backend.h"
#include "facts/settings.h"

namespace ra {

// Adds to the nodes that are down who has detached them, as far as pgpool's log tells. `log` is where its standard
// error goes, if the agent has started it. The log is read only if a node is down.
void look_for_detachers(RoleFacts& facts, const std::filesystem::path& log, const OwnLog& own);

}  // namespace ra
