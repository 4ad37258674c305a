#include "act/watch.h"

#include "act/detached.h"
#include "act/look_after.h"
#include "ocf/log.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// Pacemaker begins the monitors as soon as it knows the result of the start.
constexpr Milliseconds patience_with_monitors = 15s;
constexpr Milliseconds interval = 5s;
constexpr Milliseconds time_for_yielding = 60s;

// The record is that of the pgpool that was started, and no monitor has written to it.
bool is_unwatched(const Operation& operation, const ProcessId& main) {
    operation.observer.record().forget();
    const auto& record = operation.observer.record().read();
    return record && *record && (*record)->started.main == main && !(*record)->memory.monitored;
}

}  // namespace

void begin_watch(const Operation& operation) {
    const auto& cluster = operation.cluster;
    if (!cluster.is_present() || cluster.is_clone() || operation.parameters.on_split_brain != OnSplitBrain::yield)
        return;
    warn_if_failed(operation.begin_detached(operation, "watch"));
}

Outcome watch(const Operation& operation) {
    const auto& record = operation.observer.record().read();
    if (!record || !*record) return {};
    const auto main = (*record)->started.main;
    wait_for_predecessor(operation);
    operation.deadline.sleep(patience_with_monitors);
    while (is_unwatched(operation, main) && !operation.deadline.passed()) {
        auto look = operation;
        look.working_time = time_for_yielding;
        look.deadline = operation.deadline.but_within(time_for_yielding);
        const auto found =
            look_after(look, policy_of(look, Purpose::watch, role_level), {look.deadline, Deadline::in(0ms)});
        if (found.code == ExitCode::not_running) return found;
        operation.deadline.sleep(interval);
    }
    return {};
}

}  // namespace ra
