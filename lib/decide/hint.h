#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/backend.h"

namespace ra {

// What mends a trouble with the roles, as a sentence that names the parameter or the command; nothing where only
// PostgreSQL or time can.
[[nodiscard]] std::optional<std::string> hint_for(const RoleFacts& facts);

// What gives the agent a PCP account where it cannot make its own.
inline constexpr std::string_view hint_for_account = "set pcp_user and pcp_passfile to an account of pcp.conf";

// What mends a host without the libpcp of its pgpool.
inline constexpr std::string_view hint_for_libpcp =
    "install the libpcp of this pgpool (package libpgpool2 on Debian, pgpool-II elsewhere); for one that was built "
    "from "
    "source name its directory in /etc/ld.so.conf.d and run ldconfig";

}  // namespace ra
