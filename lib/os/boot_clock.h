#pragma once

#include <chrono>
#include <ctime>

namespace ra {

// For moments that one action notes and a later one reads: a clock that is set does not move it, and a suspended
// machine does not stop it.
[[nodiscard]] inline std::chrono::milliseconds time_since_boot() {
    struct timespec now {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::seconds(now.tv_sec) +
                                                                 std::chrono::nanoseconds(now.tv_nsec));
}

[[nodiscard]] inline std::chrono::seconds seconds_since_boot() {
    return std::chrono::floor<std::chrono::seconds>(time_since_boot());
}

}  // namespace ra
