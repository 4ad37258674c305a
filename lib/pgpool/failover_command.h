#pragma once

#include <string>
#include <string_view>

#include "facts/settings.h"

namespace ra {

// The failover_command of pgpool.conf for a loss of backend `lost` after which `successor` is the main node, with what
// pgpool puts in: %d %h %p %D of the lost one, %m %H %r %R of the new main node, %M of the old one, %P %N %S of the old
// primary, %% (trigger_failover_command() of src/main/pgpool_main.c; from 4.1 on it writes a blank before some numbers,
// of which a shell makes nothing). `lost` was the primary. What pgpool does not know it leaves out, and so does this.
[[nodiscard]] std::string failover_command_for(const PgpoolSettings& settings, int lost, int successor);

}  // namespace ra
