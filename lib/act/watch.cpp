#include "act/watch.h"

#include <optional>

#include "act/adoption.h"
#include "act/detached.h"
#include "act/look_after.h"
#include "decide/memory.h"
#include "ocf/log.h"
#include "os/boot_clock.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds between_looks_of_the_watch = 3s;
// Halves that were parted for a moment have met by then.
constexpr Milliseconds at_least = 60s;
constexpr Milliseconds time_for_yielding = 60s;

std::optional<Record> newest_record(const Operation& operation) {
    operation.observer.record().forget();
    const auto& record = operation.observer.record().read();
    return record ? *record : std::nullopt;
}

// Answers which pgpool runs. Nothing is on record of one that Pacemaker has found and this agent has not started.
std::optional<ProcessId> begin_watching(const Operation& operation, std::chrono::seconds since) {
    const auto now = observe_condition(operation.observer);
    if (now.condition != Condition::running) return {};
    const auto main = now.tree.main->stat.id;
    warn_if_failed(adopt(operation, main));
    const auto record = newest_record(operation);
    if (!record || record->started.main != main) return {};
    auto watched = record->memory;
    watched.watched_since = since;
    warn_if_failed(operation.observer.record().remember(main, record->memory, watched));
    return main;
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
    wait_for_predecessor(operation);
    const auto since = seconds_since_boot();
    const auto main = begin_watching(operation, since);
    if (!main) return {};
    const auto early = operation.deadline.but_within(at_least);
    for (;;) {
        operation.deadline.sleep(between_looks_of_the_watch);
        const auto record = newest_record(operation);
        const bool is_the_same = record && record->started.main == *main;
        if (operation.deadline.passed() || !is_the_same || !is_still_needed(since, !early.passed(), record->memory))
            return {};
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
