#include "act/reload.h"

#include <fmt/format.h>

#include <csignal>

#include "act/look_after.h"
#include "decide/monitor.h"
#include "ocf/log.h"
#include "os/signals.h"

namespace ra {

namespace {

Outcome not_reloaded(const Error& error) {
    auto reason = fmt::format("pgpool goes on as it was: {}", error.message);
    log_warning("{}", reason);
    log_info("HINT: correct the configuration file before pgpool is stopped: it would not start with it");
    return {ExitCode::degraded, std::move(reason)};
}

}  // namespace

Outcome reload(const Operation& operation) {
    const auto& observer = operation.observer;
    const auto now = observe_condition(observer);
    if (now.condition != Condition::running) return judge_tree(now);
    const auto& settings = observer.settings();
    if (!settings) return not_reloaded(settings.error());
    if (!settings->endpoints) return not_reloaded(settings->endpoints.error());
    const auto sent = send_signal(observer.proc(), now.tree.main->stat.id, SIGHUP);
    if (!sent) return {ExitCode::generic_error, sent.error().message};
    log_info("pgpool {} reads '{}' again", now.tree.main->stat.id.pid, operation.parameters.config.native());
    return {};
}

Outcome reload_agent(const Operation& operation) {
    if (!operation.problems.empty()) return first_of(operation.problems);
    return judge_tree(observe_condition(operation.observer));
}

}  // namespace ra
