#include "act/step_down.h"

#include <fmt/format.h>

#include "act/stop.h"
#include "ocf/log.h"

namespace ra {

namespace {

void stop_with(const Operation& operation) {
    for (const auto& resource : operation.parameters.yield_with) {
        log_warning("stopping {} too, as parameter yield_with says", resource);
        const auto stopped = operation.cluster.force_stop(resource, operation.deadline);
        if (!stopped) log_error("cannot stop resource '{}': {}", resource, stopped.error().message);
    }
    if (!operation.parameters.unblock) return;
    if (const auto begun = operation.begin_detached(operation, "unblock"); !begun)
        log_error("{}", begun.error().message);
}

}  // namespace

Outcome step_down(const Operation& operation, const StepDown& step) {
    log_warning("stopping pgpool: {}", step.because);
    auto ended = stop(operation);
    if (ended.code != ExitCode::success) return ended;
    if (!step.yields) return {ExitCode::not_running, fmt::format("stopped pgpool: {}", step.because)};
    stop_with(operation);
    return {ExitCode::not_running, step.because};
}

}  // namespace ra
