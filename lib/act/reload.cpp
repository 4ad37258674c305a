#include "act/reload.h"

#include <csignal>

#include "act/monitor.h"
#include "decide/monitor.h"
#include "ocf/log.h"
#include "system/signals.h"

namespace ra {

Outcome reload(const Operation& operation) {
    const auto& observer = operation.observer;
    const auto now = observe_condition(observer);
    if (now.condition != Condition::running) return judge_tree(now);
    const auto conf = PgpoolConf::read(operation.parameters.config);
    if (!conf) return {ExitCode::generic_error, conf.error().message};
    if (const auto at = endpoints(*conf); !at) return {ExitCode::generic_error, at.error().message};
    const auto sent = send_signal(observer.proc(), now.family.main->stat.id, SIGHUP);
    if (!sent) return {ExitCode::generic_error, sent.error().message};
    log_info("pgpool {} reads '{}' again", now.family.main->stat.id.pid, operation.parameters.config.native());
    return {};
}

Outcome reload_agent(const Operation& operation) {
    if (!operation.problems.empty()) return {operation.problems.front().code, operation.problems.front().message};
    return judge_tree(observe_condition(operation.observer));
}

}  // namespace ra
