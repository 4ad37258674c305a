#include "act/promote.h"

#include <algorithm>
#include <thread>

#include "act/adoption.h"
#include "act/align.h"
#include "act/monitor.h"
#include "act/score.h"
#include "decide/monitor.h"
#include "decide/roles.h"
#include "ocf/log.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

Status set_promoted(const Operation& operation, bool promoted) {
    const auto& file = operation.observer.record();
    auto record = file.read();
    if (!record) return record.error();
    if (!*record) return Error{"nothing is known of this pgpool: it was not started or adopted by the agent"};
    (*record)->promoted = promoted;
    return file.write(**record);
}

// Until the roles agree, or nothing more is to be hoped for in the time there is.
Alignment align_patiently(const Operation& operation) {
    const auto patience = operation.deadline.but_within(operation.parameters.promote_wait);
    // A PCP that was silent has been freed, where that is possible: there must be time left to ask it again.
    auto result = align(operation, true, operation.deadline.but_within(operation.working_time / 2));
    if (result.facts.pcp_is_silent) result = align(operation, true, operation.deadline);
    while (std::holds_alternative<NotNow>(result.state) && !patience.passed()) {
        std::this_thread::sleep_for(std::min<Milliseconds>(500ms, patience.remaining()));
        result = align(operation, true, operation.deadline);
    }
    return result;
}

}  // namespace

Outcome promote(const Operation& operation) {
    const auto now = observe_condition(operation.observer);
    if (now.condition != Condition::running) return judge_tree(now);
    if (const auto adopted = adopt(operation, now.family.main->stat.id); !adopted)
        return {ExitCode::generic_error, adopted.error().message};
    const auto result = align_patiently(operation);
    const auto judged = judge_roles(result.facts, result.state, {}, true);
    if (!judged.reason.empty()) log_warning("promoted, but {}", judged.reason);
    const auto kept = set_promoted(operation, true);
    if (!kept) return {ExitCode::generic_error, kept.error().message};
    publish_score(operation, result.facts);
    return {};
}

Outcome demote(const Operation& operation) {
    const auto now = observe_condition(operation.observer);
    if (now.condition == Condition::clean || now.condition == Condition::foreign) return {};
    const auto record = operation.observer.record().read();
    if (record && !*record) return {};
    const auto kept = set_promoted(operation, false);
    if (!kept) return {ExitCode::generic_error, kept.error().message};
    return {};
}

Outcome notify(const Operation&) { return {}; }

}  // namespace ra
