#include "act/validate.h"

#include "decide/host.h"
#include "ocf/log.h"

namespace ra {

namespace {

constexpr int host_level = 10;

std::vector<ParameterProblem> host_problems(const Parameters& parameters) {
    auto problems = judge_host(parameters, look_at_host(parameters));
    if (!problems.empty()) return problems;
    const auto conf = PgpoolConf::read(parameters.config);
    if (!conf) return {{ExitCode::invalid_argument, conf.error().message}};
    const auto at = endpoints(*conf);
    if (!at) return {{ExitCode::invalid_argument, at.error().message}};
    return {};
}

}  // namespace

Outcome validate(const Operation& operation) {
    const auto level = operation.environment.check_level();
    if (!level) return {ExitCode::not_configured, level.error().message};
    auto problems = operation.problems;
    if (problems.empty() && *level >= host_level) problems = host_problems(operation.parameters);
    if (problems.empty()) return {};
    // The first is the answer, and is logged with it.
    for (std::size_t i = 1; i < problems.size(); ++i) log_error("{}", problems[i].message);
    return {problems.front().code, problems.front().message};
}

}  // namespace ra
