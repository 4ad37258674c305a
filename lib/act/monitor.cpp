#include "act/monitor.h"

#include "act/look_after.h"
#include "act/watch.h"

namespace ra {

Outcome monitor(const Operation& operation) {
    const auto level = operation.environment.check_level();
    if (!level) return {ExitCode::not_configured, level.error().message};
    // Without a configuration it is not known which pgpool is meant, and "not running" would be a guess.
    if (operation.parameters.config.empty()) return first_of(operation.problems);
    const auto purpose = operation.environment.is_probe() ? Purpose::probe : Purpose::monitor;
    // What remains is for the score.
    const LookTimes times{operation.deadline.but_within(operation.working_time * 3 / 4), Deadline::in(Milliseconds{0})};
    auto found = look_after(operation, policy_of(operation, purpose, *level), times);
    if (purpose == Purpose::probe && found.code == ExitCode::success) begin_watch(operation);
    return found;
}

}  // namespace ra
