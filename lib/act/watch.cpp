#include "act/watch.h"

#include "act/detached.h"
#include "act/look_after.h"
#include "ocf/log.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds interval = 3s;
// Halves that were parted for a moment have met by then.
constexpr Milliseconds at_least = 60s;
constexpr Milliseconds time_for_yielding = 60s;

// The record is that of the pgpool that was started, and no monitor has written to it or may have come too early.
bool is_needed(const Operation& operation, const ProcessId& main, bool is_early) {
    operation.observer.record().forget();
    const auto& record = operation.observer.record().read();
    return record && *record && (*record)->started.main == main && (is_early || !(*record)->memory.monitored);
}

bool may_be_active_elsewhere(const Operation& operation) {
    const auto& cluster = operation.cluster;
    const auto nodes = cluster.active_nodes(cluster.resource(), operation.deadline.but_within(patience_with_cluster));
    return !nodes || nodes->size() > 1;
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
    const auto early = operation.deadline.but_within(at_least);
    for (;;) {
        operation.deadline.sleep(interval);
        if (operation.deadline.passed() || !is_needed(operation, main, !early.passed())) return {};
        if (!may_be_active_elsewhere(operation)) continue;
        auto look = operation;
        look.working_time = time_for_yielding;
        look.deadline = operation.deadline.but_within(time_for_yielding);
        const auto found =
            look_after(look, policy_of(look, Purpose::watch, role_level), {look.deadline, Deadline::in(0ms)});
        if (found.code == ExitCode::not_running) return found;
    }
}

}  // namespace ra
