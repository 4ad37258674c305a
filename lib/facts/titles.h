#pragma once

#include <algorithm>
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

struct Kind {
    std::string_view title;  // begins so
    std::string_view name;   // for a person
};

// Those of the children that serve no clients.
inline constexpr std::array of_no_clients{Kind{logger, "logger"},
                                          Kind{pcp, "PCP"},
                                          Kind{streaming_check, "replication check"},
                                          Kind{"pgpool: health check process", "health check"},
                                          Kind{"pgpool: watchdog", "watchdog"},
                                          Kind{"pgpool: lifecheck", "watchdog"},
                                          Kind{"pgpool: heartbeat", "watchdog"}};

// Null for a child that serves clients.
[[nodiscard]] constexpr const Kind* kind_of(std::string_view title) {
    const auto* found =
        std::ranges::find_if(of_no_clients, [&](const Kind& kind) { return title.starts_with(kind.title); });
    return found == of_no_clients.end() ? nullptr : found;
}

}  // namespace ra::titles
