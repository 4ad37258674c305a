#include "act/validate.h"

#include "decide/hazards.h"
#include "decide/host.h"
#include "ocf/log.h"
#include "system/cluster.h"
#include "system/cluster_report.h"

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

// What is allowed, and will not end well. Nothing of it makes the parameters invalid.
void warn_of_hazards(const Operation& operation) {
    HazardFacts facts{operation.parameters, {}, nullptr, {}, {}};
    if (const auto conf = PgpoolConf::read(operation.parameters.config)) facts.settings = read_settings(*conf);
    const Cluster cluster(operation.environment);
    ClusterConfiguration configuration;
    if (cluster.is_present()) {
        const auto& variables = operation.environment.variables();
        if (const auto asked = ask_cluster_configuration(variables, operation.deadline)) {
            configuration = *asked;
            facts.fences = configuration.fences;
        }
        if (const auto votes = ask_votes(variables, operation.deadline)) facts.votes = *votes;
    }
    facts.resource = configuration.find(cluster.resource());
    for (const auto& hazard : find_hazards(facts)) log_warning("{}", hazard);
}

}  // namespace

Outcome validate(const Operation& operation) {
    const auto level = operation.environment.check_level();
    if (!level) return {ExitCode::not_configured, level.error().message};
    auto problems = operation.problems;
    if (problems.empty() && *level >= host_level) problems = host_problems(operation.parameters);
    if (problems.empty()) {
        warn_of_hazards(operation);
        return {};
    }
    // The first is the answer, and is logged with it.
    for (std::size_t i = 1; i < problems.size(); ++i) log_error("{}", problems[i].message);
    return {problems.front().code, problems.front().message};
}

}  // namespace ra
