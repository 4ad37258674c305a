#pragma once

#include <array>
#include <string_view>

// The titles that pgpool's children write over their arguments (set_ps_display() of pgpool 4.0 to 4.7).
namespace ra::titles {

inline constexpr std::string_view prefix = "pgpool: ";
inline constexpr std::string_view logger = "pgpool: PgpoolLogger";
inline constexpr std::string_view pcp = "pgpool: PCP: ";
inline constexpr std::string_view streaming_check = "pgpool: worker process";
inline constexpr std::string_view waits_for_client = "pgpool: wait for connection request";
inline constexpr std::string_view waits_for_lock = "pgpool: wait for accept lock";

// Begin so: those of the children that serve no clients.
inline constexpr std::array of_no_clients{logger,
                                          pcp,
                                          streaming_check,
                                          std::string_view("pgpool: health check process"),
                                          std::string_view("pgpool: watchdog"),
                                          std::string_view("pgpool: lifecheck"),
                                          std::string_view("pgpool: heartbeat")};

}  // namespace ra::titles
