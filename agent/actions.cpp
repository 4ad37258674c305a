#include "agent/actions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>

#include "act/monitor.h"
#include "act/promote.h"
#include "act/reload.h"
#include "act/start.h"
#include "act/stop.h"
#include "act/unblock.h"
#include "act/validate.h"
#include "act/watch.h"
#include "agent/accept_history.h"
#include "agent/explain.h"
#include "base/text.h"
#include "ocf/log.h"
#include "ocf/metadata.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view usage =
    "usage: pgpool "
    "start|stop|monitor|status|promote|demote|notify|reload|reload-agent|validate-all|meta-data|explain|accept-history|"
    "unblock|usage\n"
    "An OCF resource agent for Pgpool-II. Parameters come as OCF_RESKEY_* in the environment;\n"
    "meta-data describes them.\n"
    "explain [--json] [RESOURCE] [PARAMETER=VALUE...] prints, by hand and without any effect, what there is and what\n"
    "each action would do about it. unblock [RESOURCE] makes Pacemaker forget the history of a resource that is\n"
    "stopped here. accept-history [--give-up] [RESOURCE] shows what was served last, and takes the only writable "
    "server\n"
    "back that was overtaken: what was confirmed later is given up.\n";

// Pacemaker shows the last line of this kind, and cuts it at 128 characters.
void print_exit_reason(const Environment& environment, std::string_view reason) {
    constexpr std::size_t shown = 128;
    auto prefix = environment.text("OCF_EXIT_REASON_PREFIX");
    if (prefix.empty()) prefix = "ocf-exit-reason:";
    std::fputs(fmt::format("{}{}\n", prefix, one_line(reason, shown)).c_str(), stderr);
}

ExitCode print(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? ExitCode::success : ExitCode::generic_error;
}

bool is_failure(ExitCode code) {
    return code != ExitCode::success && code != ExitCode::not_running && code != ExitCode::degraded;
}

// One reason for crm_mon, and the whole of it in the log. What is no failure was logged when it began.
void report(const Environment& environment, const Outcome& outcome) {
    if (outcome.reason.empty()) return;
    if (is_failure(outcome.code)) log_error("{}", outcome.reason);
    print_exit_reason(environment, outcome.reason);
}

using Arguments = std::span<const std::string_view>;

struct Action {
    std::string_view name;
    ExitCode (*run)(const Action& action, Arguments arguments);
    Outcome (*perform)(const Operation&) = nullptr;  // of one that looks after pgpool
    Milliseconds timeout{0};                         // what the metadata advises; counts when nobody gives one
};

bool speaks_our_version(const Environment& environment) {
    const auto major = environment.text("OCF_RA_VERSION_MAJOR");
    return major.empty() || parse_number<int>(major).value_or(0) <= 1;
}

ExitCode operate_in(const Environment& environment, const Action& action) {
    const auto operation = operation_for(environment, action.timeout);
    set_up_log(environment, action.name, operation.parameters.log_level);
    const auto outcome = action.perform(operation);
    report(environment, outcome);
    return operation.cluster.is_present() ? told_to_pacemaker(outcome) : told_by_hand(outcome);
}

ExitCode operate(const Action& action, Arguments) {
    const auto environment = Environment::of_process();
    if (speaks_our_version(environment)) return operate_in(environment, action);
    print_exit_reason(environment, fmt::format("cannot serve version {} of the OCF resource agent API (expected 1)",
                                               environment.text("OCF_RA_VERSION_MAJOR")));
    return ExitCode::generic_error;
}

// Needs no parameters: Pacemaker may ask as nobody.
ExitCode print_metadata(const Action&, Arguments) { return print(metadata()); }

ExitCode print_usage(const Action&, Arguments) { return print(usage); }

ExitCode print_failure(const Environment& environment, const Outcome& failure) {
    print_exit_reason(environment, failure.reason);
    return failure.code;
}

ExitCode print_explanation(const Action&, Arguments arguments) {
    const auto environment = Environment::of_process();
    auto request = by_hand(explain_action, arguments, environment);
    if (const auto* failure = std::get_if<Outcome>(&request)) return print_failure(environment, *failure);
    return print(explain_by_hand(std::get<ByHand>(std::move(request))));
}

ExitCode accept_history(const Action&, Arguments arguments) {
    const auto environment = Environment::of_process();
    const auto request = by_hand(accept_history_action, arguments, environment);
    if (const auto* failure = std::get_if<Outcome>(&request)) return print_failure(environment, *failure);
    const auto answer = accept_history_by_hand(std::get<ByHand>(request));
    if (const auto* failure = std::get_if<Outcome>(&answer)) return print_failure(environment, *failure);
    return print(std::get<std::string>(answer));
}

// Begun by a monitor it has the whole environment; by hand the resource is looked up.
ExitCode unblock_resource(const Action& action, Arguments arguments) {
    const auto environment = Environment::of_process();
    if (!environment.text("OCF_RESOURCE_INSTANCE").empty()) return operate(action, arguments);
    const auto request = by_hand({action.name, ""}, arguments, environment);
    if (const auto* failure = std::get_if<Outcome>(&request)) return print_failure(environment, *failure);
    return operate_in(std::get<ByHand>(request).environment, action);
}

constexpr std::array actions{
    Action{"start", operate, start, 90s},
    Action{"stop", operate, stop, 60s},
    Action{"monitor", operate, monitor, 30s},
    Action{"status", operate, monitor, 30s},
    Action{"promote", operate, promote, 60s},
    Action{"demote", operate, demote, 20s},
    Action{"notify", operate, notify, 20s},
    Action{"reload", operate, reload, 20s},
    Action{"reload-agent", operate, reload_agent, 20s},
    Action{"validate-all", operate, validate, 20s},
    Action{"unblock", unblock_resource, unblock, 90s},
    Action{"watch", operate, watch, 10min},
    Action{"meta-data", print_metadata},
    Action{"usage", print_usage},
    Action{"help", print_usage},
    Action{"explain", print_explanation},
    Action{"accept-history", accept_history},
};

// What the caller has closed of stdin, stdout and stderr would be the number of the next file that is opened, and that
// file would get what is meant for a person. Nobody can write to what is put there instead.
void fill_standard_files() {
    int fd = -1;
    do fd = ::open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) ::close(fd);
}

// What an agent inherits is its caller's business; what it does must not depend on it.
void settle_process() {
    fill_standard_files();
    std::setlocale(LC_ALL, "C");
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);  // ignored, no ending of a child would ever be learned of
    ::umask(022);
    if (::chdir("/") != 0) return;  // "/" can always be entered; a relative path would be refused anyway
}

}  // namespace

ExitCode run_agent(std::string_view name, std::span<const std::string_view> arguments) {
    settle_process();
    const auto* action = std::ranges::find(actions, name, &Action::name);
    if (action != actions.end()) return action->run(*action, arguments);
    std::fputs(std::string(usage).c_str(), stderr);
    print_exit_reason(Environment::of_process(), fmt::format("this agent has no action '{}'", name));
    return ExitCode::unimplemented;
}

ExitCode report_bug(std::string_view what) {
    print_exit_reason(Environment::of_process(), fmt::format("the agent itself has failed: {}", what));
    return ExitCode::generic_error;
}

}  // namespace ra
