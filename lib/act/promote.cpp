#include "act/promote.h"

#include "act/look_after.h"
#include "ocf/log.h"

namespace ra {

namespace {

Status set_promoted(const Operation& operation, bool promoted) {
    const auto& file = operation.observer.record();
    const auto& record = file.read();
    if (!record) return record.error();
    if (!*record) return Error{"nothing is known of this pgpool: it was not started or adopted by the agent"};
    const auto [started, before] = **record;
    auto after = before;
    after.promoted = promoted;
    return file.remember(started.main, before, after);
}

Outcome answer_of(const Status& status) {
    if (!status) return {ExitCode::generic_error, status.error().message};
    return {};
}

}  // namespace

Outcome promote(const Operation& operation) {
    const LookTimes times{operation.deadline, operation.deadline.but_within(operation.parameters.promote_wait)};
    const auto found = look_after(operation, policy_of(operation, Purpose::promote, role_level), times);
    if (found.code != ExitCode::success && found.code != ExitCode::degraded) return {found.code, found.reason};
    if (!found.reason.empty()) log_warning("promoted, but {}", found.reason);
    return answer_of(set_promoted(operation, true));
}

Outcome demote(const Operation& operation) {
    const auto now = observe_condition(operation.observer);
    if (now.condition == Condition::clean || now.condition == Condition::foreign) return {};
    const auto& record = operation.observer.record().read();
    if (record && !*record) return {};
    return answer_of(set_promoted(operation, false));
}

Outcome notify(const Operation&) { return {}; }

}  // namespace ra
