#pragma once

#include <string_view>

// The titles that pgpool's children write over their arguments (set_ps_display() of pgpool 4.0 to 4.7).
namespace ra::titles {

inline constexpr std::string_view prefix = "pgpool: ";
inline constexpr std::string_view logger = "pgpool: PgpoolLogger";
inline constexpr std::string_view pcp = "pgpool: PCP: ";
inline constexpr std::string_view waits_for_client = "pgpool: wait for connection request";
inline constexpr std::string_view waits_for_lock = "pgpool: wait for accept lock";

}  // namespace ra::titles
