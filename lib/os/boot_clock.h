#pragma once

#include <chrono>
#include <ctime>

namespace ra {

// For moments that one action notes and a later one reads: a clock that is set does not move it, and a suspended
// machine does not stop it.
[[nodiscard]] inline std::chrono::seconds seconds_since_boot() {
    struct timespec now {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec);
}

}  // namespace ra
