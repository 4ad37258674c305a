#include "act/watch.h"

#include <algorithm>
#include <thread>

#include "act/align.h"
#include "act/detached.h"
#include "act/yield.h"
#include "ocf/log.h"
#include "system/cluster.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// Pacemaker begins the monitors as soon as it knows the result of the start.
constexpr Milliseconds patience_with_monitors = 15s;
constexpr Milliseconds interval = 5s;
constexpr Milliseconds time_for_yielding = 60s;

// The record is that of the pgpool that was started, and no monitor has written to it.
bool is_unwatched(const Operation& operation, const ProcessId& main) {
    const auto record = operation.observer.record().read();
    return record && *record && (*record)->main == main && !(*record)->monitored;
}

void wait(Milliseconds span, Deadline deadline) { std::this_thread::sleep_for(std::min(span, deadline.remaining())); }

}  // namespace

void begin_watch(const Operation& operation) {
    const Cluster cluster(operation.environment);
    if (!cluster.is_present() || cluster.is_clone() || operation.parameters.on_split_brain != OnSplitBrain::yield)
        return;
    if (const auto begun = begin_detached(operation, "watch"); !begun) log_warning("{}", begun.error().message);
}

Outcome watch(const Operation& operation) {
    const auto record = operation.observer.record().read();
    if (!record || !*record) return {};
    const auto main = (*record)->main;
    wait_for_predecessor(operation);
    wait(patience_with_monitors, operation.deadline);
    while (is_unwatched(operation, main) && !operation.deadline.passed()) {
        auto look = operation;
        look.working_time = time_for_yielding;
        look.deadline = operation.deadline.but_within(time_for_yielding);
        const auto found = align(look, false, look.deadline);
        if (auto yielded = yield_if_outranked(look, found.facts)) return *yielded;
        wait(interval, operation.deadline);
    }
    return {};
}

}  // namespace ra
