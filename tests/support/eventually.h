#pragma once

#include <chrono>
#include <thread>

namespace ra::test {

using namespace std::chrono_literals;

// True as soon as `condition` holds; false if it does not within `limit`. It is looked at after each `pause`.
template <typename Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds limit = 10s,
                              std::chrono::milliseconds pause = 10ms) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

}  // namespace ra::test
