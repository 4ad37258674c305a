#include "decide/explanation.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/describe_backends.h"
#include "decide/describe_cluster.h"
#include "decide/describe_processes.h"
#include "decide/forecast.h"
#include "decide/hazards.h"
#include "decide/roles.h"

namespace ra {

namespace {

std::string describe_isolation(const Situation& situation) {
    if (situation.parameters.isolation_attribute.empty()) return "not looked for: isolation_attribute is not set";
    const auto step = next_isolation_step(situation.isolation);
    if (const auto* isolated = std::get_if<Isolated>(&step))
        return fmt::format("this node is ISOLATED: {}", isolated->because);
    if (const auto* connected = std::get_if<Connected>(&step)) return connected->because;
    return "not asked";
}

std::vector<std::string> hazards_in(const Situation& situation) {
    HazardFacts facts{situation.parameters, situation.settings, configured_resource(situation), {}, {}};
    if (const auto* configuration = value_of(situation.configuration)) facts.fences = configuration->fences;
    if (const auto* votes = value_of(situation.votes)) facts.votes = *votes;
    return find_hazards(facts);
}

}  // namespace

const ConfiguredResource* configured_resource(const Situation& situation) {
    const auto* configuration = value_of(situation.configuration);
    return configuration == nullptr ? nullptr : configuration->find(situation.resource);
}

Explanation explain(const Situation& situation) {
    const auto now = classify(situation.seen, situation.instance);
    const auto primary = find_newest_primary(situation.roles);
    Explanation explanation;
    explanation.resource = situation.resource;
    explanation.node = situation.node;
    explanation.parameters_from = situation.parameters_from;
    explanation.condition = now.condition;
    explanation.because = now.because;
    explanation.cluster = describe_cluster(situation);
    if (const auto* status = value_of(situation.status)) {
        explanation.is_blocked = status->is_blocked;
        for (const auto& active : status->active) explanation.active_on.push_back(active.node);
    }
    if (now.family.main) explanation.main = now.family.main->stat.id.pid;
    explanation.orphans = pids_of(now.family.orphans);
    explanation.processes = describe_processes(now.family, situation);
    explanation.listeners = describe_listeners(situation.seen, now.family);
    explanation.backends = describe_backends(situation.roles, primary.newest);
    explanation.primary = primary.because;
    explanation.history = primary.warning;
    if (situation.seen.record && !situation.seen.record->overtaken.empty())
        explanation.history = situation.seen.record->overtaken;
    explanation.score = promotion_score(situation.roles, situation.own_addresses);
    explanation.isolation = describe_isolation(situation);
    explanation.forecasts = forecast(situation, now);
    explanation.hazards = hazards_in(situation);
    return explanation;
}

}  // namespace ra
