#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace ra {

using Milliseconds = std::chrono::milliseconds;

// A point in time that every wait respects. Monotonic: a clock that is set does not move it.
class Deadline {
 public:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] static Deadline in(Milliseconds span) { return Deadline(Clock::now() + bounded(span)); }

    // Never negative.
    [[nodiscard]] Milliseconds remaining() const {
        return std::max(Milliseconds{0}, std::chrono::duration_cast<Milliseconds>(when_ - Clock::now()));
    }
    [[nodiscard]] bool passed() const { return remaining() == Milliseconds{0}; }

    // For poll(2).
    [[nodiscard]] int poll_timeout() const { return static_cast<int>(remaining().count()); }

    // Sleeps for `span`, or until the deadline if that is nearer.
    void sleep(Milliseconds span) const { std::this_thread::sleep_for(std::min(span, remaining())); }

    // The nearer of this deadline and `span` from now.
    [[nodiscard]] Deadline but_within(Milliseconds span) const {
        return Deadline(std::min(when_, Clock::now() + bounded(span)));
    }

 private:
    // A span that the clock cannot count, or poll(2) in its milliseconds, would be over at once.
    [[nodiscard]] static Milliseconds bounded(Milliseconds span) {
        return std::min<Milliseconds>(span, std::chrono::hours(24 * 20));
    }

    explicit Deadline(Clock::time_point when) : when_(when) {}
    Clock::time_point when_;
};

}  // namespace ra
