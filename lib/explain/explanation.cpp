#include "explain/explanation.h"

#include <algorithm>
#include <iterator>

#include "decide/score.h"
#include "explain/describe_backends.h"
#include "explain/describe_cluster.h"
#include "explain/describe_processes.h"
#include "explain/forecast.h"
#include "explain/warnings.h"

namespace ra {

namespace {

std::string describe_isolation(const Diagnosis& diagnosis) {
    if (diagnosis.parameters.isolation_attribute.empty()) return "not looked for: isolation_attribute is not set";
    const auto step = next_isolation_step(diagnosis.facts.isolation);
    if (const auto* isolated = std::get_if<Isolated>(&step)) return isolated->because;
    if (const auto* connected = std::get_if<Connected>(&step)) return connected->because;
    return "not asked";
}

std::vector<std::string> warnings_in(const Diagnosis& diagnosis) {
    WarningFacts facts{diagnosis.parameters, {}, configured_resource(diagnosis), {}, {}};
    if (const auto* settings = value_of(diagnosis.settings)) facts.settings = *settings;
    if (const auto* configuration = value_of(diagnosis.configuration)) facts.fences = configuration->fences;
    if (const auto* votes = value_of(diagnosis.votes)) facts.votes = *votes;
    auto warnings = find_host_warnings(diagnosis.pcp_means);
    std::ranges::move(find_warnings(facts), std::back_inserter(warnings));
    if (const auto* error = std::get_if<Error>(&diagnosis.settings)) warnings.push_back(error->message);
    return warnings;
}

void take_score(const MonitorFacts& facts, Explanation& explanation) {
    if (facts.now.condition != Condition::running) {
        explanation.why_no_score = "pgpool does not serve";
        return;
    }
    const auto step = next_score_step(known_roles(facts), facts.memory, facts.policy.is_clone, facts.since_boot);
    if (const auto* set = std::get_if<SetScore>(&step)) explanation.score = set->score;
    if (const auto* remove = std::get_if<RemoveScore>(&step)) explanation.why_no_score = remove->because;
    if (const auto* keep = std::get_if<KeepScore>(&step)) explanation.why_no_score = keep->because;
}

}  // namespace

const ConfiguredResource* configured_resource(const Diagnosis& diagnosis) {
    const auto* configuration = value_of(diagnosis.configuration);
    return configuration == nullptr ? nullptr : configuration->find(diagnosis.resource);
}

Explanation explain(const Diagnosis& diagnosis) {
    const auto& now = diagnosis.facts.now;
    const auto roles = known_roles(diagnosis.facts);
    const auto primary = find_newest_primary(roles);
    Explanation explanation;
    explanation.resource = diagnosis.resource;
    explanation.node = diagnosis.node;
    explanation.parameters_from = diagnosis.parameters_from;
    explanation.condition = now.condition;
    explanation.because = now.because;
    explanation.cluster = describe_cluster(diagnosis);
    if (const auto* status = value_of(diagnosis.status)) {
        explanation.is_blocked = status->is_blocked;
        for (const auto& active : status->active) explanation.active_on.push_back(active.node);
    }
    if (now.tree.main) explanation.main = now.tree.main->stat.id.pid;
    explanation.orphans = pids_of(now.tree.orphans);
    explanation.processes = describe_processes(now.tree, diagnosis);
    explanation.listeners = describe_listeners(diagnosis.seen, now.tree);
    explanation.backends = describe_backends(roles, primary.newest);
    explanation.primary = primary.because;
    explanation.history = diagnosis.facts.memory.overtaken.value_or(primary.warning);
    take_score(diagnosis.facts, explanation);
    explanation.isolation = describe_isolation(diagnosis);
    explanation.forecasts = forecast(diagnosis);
    explanation.warnings = warnings_in(diagnosis);
    return explanation;
}

}  // namespace ra
