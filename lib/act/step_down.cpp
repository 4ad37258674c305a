#include "act/step_down.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "act/stop.h"
#include "ocf/log.h"

namespace ra {

namespace {

void begin_unblock(const Operation& operation) {
    if (const auto begun = operation.begin_detached(operation, "unblock"); !begun)
        log_error("{}", begun.error().message);
}

void yield(const Operation& operation) {
    if (!operation.parameters.yield_with.empty())
        log_warning("stopping {} too (parameter yield_with)", fmt::join(operation.parameters.yield_with, ", "));
    if (const auto stopped = stop_yield_with(operation); !stopped) log_error("{}", stopped.error().message);
    if (operation.parameters.unblock) begin_unblock(operation);
}

}  // namespace

Status stop_yield_with(const Operation& operation) {
    const auto& resources = operation.parameters.yield_with;
    for (auto resource = resources.rbegin(); resource != resources.rend(); ++resource)
        if (const auto stopped = operation.cluster.force_stop(*resource, operation.deadline); !stopped)
            return Error{fmt::format("cannot stop resource '{}': {}", *resource, stopped.error().message)};
    return Done{};
}

Outcome step_down(const Operation& operation, const StepDown& step) {
    log_warning("stopping pgpool: {}", step.because);
    auto fast = operation;  // whatever stop_mode says: clients go on writing to the wrong side as long as they may stay
    fast.parameters.stop_mode = StopMode::fast;
    auto ended = stop(fast);
    if (ended.code != ExitCode::success) return ended;
    if (!step.yields) return {ExitCode::not_running, fmt::format("stopped pgpool: {}", step.because)};
    yield(operation);
    return {ExitCode::not_running, step.because};
}

Outcome unblock_stopped(const Operation& operation, const Unblock& step) {
    log_warning("{}", step.because);
    begin_unblock(operation);
    return {ExitCode::not_running, step.because};
}

}  // namespace ra
