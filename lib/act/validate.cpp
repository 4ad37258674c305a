#include "act/validate.h"

#include "decide/host.h"
#include "explain/warnings.h"
#include "observe/host.h"
#include "observe/roles.h"
#include "ocf/log.h"

namespace ra {

namespace {

constexpr int host_level = 10;

std::vector<ParameterProblem> host_problems(const Operation& operation) {
    const auto host = look_at_host(operation.parameters, operation.deadline);
    auto problems = judge_host(operation.parameters, host);
    if (!problems.empty()) return problems;
    const auto& settings = operation.observer.settings();
    if (!settings) return {{ExitCode::invalid_argument, settings.error().message}};
    if (!settings->endpoints) return {{ExitCode::invalid_argument, settings->endpoints.error().message}};
    const auto& pid_file = settings->endpoints->pid_file;
    const auto* user = value_of(host.user);
    return judge_pid_file(pid_file, look_at_pid_file(pid_file, *user), user->name);
}

// What is allowed, and will not end well. Nothing of it makes the parameters invalid.
void log_warnings_about(const Operation& operation) {
    WarningFacts facts{operation.parameters, {}, nullptr, {}, {}};
    if (const auto& settings = operation.observer.settings()) facts.settings = *settings;
    const auto& cluster = operation.cluster;
    ClusterConfiguration configuration;
    if (cluster.is_present()) {
        if (const auto asked = cluster.configuration(operation.deadline)) {
            configuration = *asked;
            facts.fences = configuration.fences;
        }
        if (const auto votes = cluster.votes(operation.deadline)) facts.votes = *votes;
    }
    facts.resource = configuration.find(cluster.resource());
    for (const auto& warning : find_warnings(facts)) log_warning("{}", warning);
}

void log_what_host_lacks(const Operation& operation) {
    for (const auto& warning : find_host_warnings(look_for_pcp_means(operation.parameters, operation.deadline)))
        log_warning("{}", warning);
}

}  // namespace

Outcome validate(const Operation& operation) {
    const auto level = operation.environment.check_level();
    if (!level) return {ExitCode::not_configured, level.error().message};
    auto problems = operation.problems;
    if (problems.empty() && *level >= host_level) problems = host_problems(operation);
    if (problems.empty()) {
        log_warnings_about(operation);
        if (*level >= host_level) log_what_host_lacks(operation);
        return {};
    }
    // The first is the answer, and is logged with it.
    for (std::size_t i = 1; i < problems.size(); ++i) log_error("{}", problems[i].message);
    return first_of(problems);
}

}  // namespace ra
