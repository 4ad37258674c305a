#include "act/situation.h"

#include "act/align.h"
#include "act/isolation.h"
#include "act/query.h"
#include "act/yield.h"
#include "decide/host.h"
#include "decide/roles.h"
#include "system/boot_clock.h"
#include "system/cluster.h"
#include "system/own_addresses.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds patience_with_cluster = 5s;

void look_at_pgpool(const Operation& operation, Situation& situation) {
    const auto& parameters = operation.parameters;
    situation.seen = operation.observer.look();
    const auto now = classify(situation.seen, situation.instance);
    situation.alignment_context = alignment_context(now.family, parameters.run_follow_primary);
    const auto conf = PgpoolConf::read(parameters.config);
    if (!conf) {
        if (situation.problems.empty())
            situation.problems.push_back({ExitCode::invalid_argument, conf.error().message});
        return;
    }
    situation.settings = read_settings(*conf);
    const auto* at = endpoints_of(situation.seen, now.family);
    const auto login = now.condition == Condition::running && at != nullptr
                           ? pcp_login(parameters, operation.pcp_account, now.family.main->arguments, *at)
                           : Error{"pgpool does not serve"};
    situation.roles = ask_for_roles(*conf, backend_login(parameters, *conf), login,
                                    operation.deadline.but_within(patience_with_answers));
    if (may_have_lost_main_node(situation.roles)) situation.query = query(operation, situation.seen, now);
}

void look_at_cluster(const Operation& operation, Situation& situation) {
    const Cluster cluster(operation.environment);
    const auto& variables = operation.environment.variables();
    const auto deadline = operation.deadline.but_within(patience_with_cluster);
    situation.status = observed(ask_cluster_status(situation.resource, variables, deadline));
    situation.votes = observed(ask_votes(variables, deadline));
    situation.node = cluster.node_name(deadline).value_or("");
    situation.isolation = ask_for_isolation(operation);
    if (operation.parameters.on_split_brain != OnSplitBrain::yield || value_of(situation.status) == nullptr) return;
    const auto known = situation.seen.record ? situation.seen.record->overtaken : std::string();
    const auto served = situation.seen.record ? situation.seen.record->served_timeline : 0;
    situation.yield = ask_who_ranks_higher(operation, situation.roles,
                                           known.empty() ? find_overtaken(situation.roles, served) : known);
}

}  // namespace

Situation look_at_situation(const Operation& operation, Observed<ClusterConfiguration> configuration,
                            std::string parameters_from) {
    Situation situation;
    situation.resource = Cluster(operation.environment).resource();
    situation.parameters_from = std::move(parameters_from);
    situation.configuration = std::move(configuration);
    situation.parameters = operation.parameters;
    situation.problems = operation.problems;
    if (situation.problems.empty())
        situation.problems = judge_host(operation.parameters, look_at_host(operation.parameters));
    situation.instance = operation.observer.instance();
    situation.since_boot = seconds_since_boot();
    situation.own_addresses = own_addresses();
    const bool nobody_asks = !Cluster(operation.environment).is_present();
    situation.knows_degraded = nobody_asks || operation.environment.knows_degraded();
    look_at_pgpool(operation, situation);
    if (value_of(situation.configuration) != nullptr) look_at_cluster(operation, situation);
    return situation;
}

}  // namespace ra
