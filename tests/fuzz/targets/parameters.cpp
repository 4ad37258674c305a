// Lines NAME=VALUE are parameters of the resource; the value of backend_options gets a password.

#include "ocf/parameters.h"

#include <set>
#include <string>

#include "base/text.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

namespace {

constexpr std::string_view secret = "Geheim4711";

// As a line of the input, backend_options=A<tab>B: the password stands between A and B.
std::string with_password(std::string_view value) {
    const auto at = std::min(value.find('\t'), value.size());
    const auto behind = value.substr(std::min(at + 1, value.size()));
    return std::string(value.substr(0, at)).append("password=").append(secret).append(behind);
}

Environment to_environment(std::string_view input) {
    std::map<std::string, std::string> variables;
    for (const auto line : split(input, '\n')) {
        const auto equals = std::min(line.find('='), line.size());
        const auto name = line.substr(0, equals);
        const auto value = line.substr(std::min(equals + 1, line.size()));
        variables[std::string("OCF_RESKEY_").append(name)] =
            name == "backend_options" ? with_password(value) : std::string(value);
    }
    return Environment(std::move(variables));
}

void check_values(const Parameters& values) {
    for (const auto* path : {&values.binary, &values.config, &values.pcp_config, &values.hba_config, &values.log,
                             &values.backend_passfile, &values.pcp_passfile})
        demand(path->empty() || path->is_absolute(), "a path is absolute");
    demand(values.isolation_below > 0, "a limit is above zero");
    demand(values.promote_wait.count() >= 0 && values.isolation_grace.count() >= 0, "a time is not below zero");
    for (const auto& word : values.options.words)
        demand(!word.empty() && word.find_first_of(" \t\n") == std::string::npos, "an option is a word");
    for (const auto& [node, backends] : values.site_backends)
        demand(backends.empty() || *backends.begin() >= 0, "no backend has a number below zero");
    for (const auto* keyword : {"password", "passfile", "host", "port", "dbname", "user", "service"})
        demand(!values.backend_options.contains(keyword), "what the agent decides is not an option");
}

void check_problems(const std::vector<ParameterProblem>& problems) {
    for (const auto& problem : problems) {
        demand(problem.code == ExitCode::not_configured, "a parameter is wrong everywhere");
        demand(problem.message.starts_with("parameter"), "a problem begins with the parameter");
        demand(problem.message.find(secret) == std::string::npos, "no password is told");
    }
}

}  // namespace

void check(std::string_view input) {
    if (input.find(secret) != std::string_view::npos) return;  // a fuzzer finds it out
    const auto parsed = parse_parameters(to_environment(input));
    check_values(parsed.values);
    check_problems(parsed.problems);
}

}  // namespace ra::fuzz
