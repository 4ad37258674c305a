#include "act/diagnose.h"

#include "act/cluster_questions.h"
#include "act/look_after.h"
#include "act/roles.h"
#include "act/takeover.h"
#include "decide/host.h"
#include "decide/main_node.h"
#include "decide/memory.h"
#include "observe/host.h"
#include "observe/roles.h"
#include "os/boot_clock.h"

namespace ra {

namespace {

void look_at_pgpool(const Operation& operation, Diagnosis& diagnosis) {
    diagnosis.seen = operation.observer.look();
    auto& facts = diagnosis.facts;
    facts.now = classify(diagnosis.seen, diagnosis.instance);
    facts.memory = memory_of(diagnosis.seen, facts.now);
    diagnosis.settings = observed(operation.observer.settings());
    facts.roles_asked_at = time_since_boot();
    facts.roles = ask_for_roles(operation, diagnosis.seen, facts.now, {}, operation.deadline);
    if (facts.roles->facts.lacks_libpcp) diagnosis.pcp_means.no_library = facts.roles->facts.pcp_failure;
    if (may_have_lost_main_node(facts.roles->facts)) facts.query = query(operation, diagnosis.seen, facts.now);
}

void look_for_isolation(const Operation& operation, IsolationFacts& facts) {
    for (;;) {
        const auto step = next_isolation_step(facts);
        const auto* question = std::get_if<IsolationQuestion>(&step);
        if (question == nullptr) return;
        answer(*question, operation, facts);
    }
}

void look_for_rivals(const Operation& operation, MonitorFacts& facts) {
    facts.memory = remember(facts.memory, facts);
    answer(RivalQuestion::ranks, operation, facts.rivals);
    answer(RivalQuestion::active_nodes, operation, facts.rivals);
    facts.shared_history = observed(operation.cluster.history(operation.deadline.but_within(patience_with_cluster)));
}

void look_at_cluster(const Operation& operation, Diagnosis& diagnosis) {
    const auto& cluster = operation.cluster;
    const auto deadline = operation.deadline.but_within(patience_with_cluster);
    diagnosis.status = observed(cluster.status(diagnosis.resource, deadline));
    diagnosis.votes = observed(cluster.votes(deadline));
    diagnosis.node = cluster.node_name(deadline).value_or("");
    if (diagnosis.facts.policy.looks_for_isolation) look_for_isolation(operation, diagnosis.facts.isolation);
    const auto* status = value_of(diagnosis.status);
    if (status == nullptr) return;
    if (diagnosis.facts.policy.takeover != TakeoverBy::nobody) {
        diagnosis.facts.other_side_asked_at = time_since_boot();
        diagnosis.facts.other_side = look_at_other_side(operation);
    }
    diagnosis.facts.is_managed = status->is_managed || status->is_blocked;
    look_for_rivals(operation, diagnosis.facts);
}

}  // namespace

Diagnosis diagnose(const Operation& operation, Observed<ClusterConfiguration> configuration,
                   std::string parameters_from) {
    Diagnosis diagnosis;
    diagnosis.resource = operation.cluster.resource();
    diagnosis.parameters_from = std::move(parameters_from);
    diagnosis.configuration = std::move(configuration);
    diagnosis.parameters = operation.parameters;
    diagnosis.problems = operation.problems;
    if (diagnosis.problems.empty())
        diagnosis.problems = judge_host(operation.parameters, look_at_host(operation.parameters, operation.deadline));
    diagnosis.instance = operation.observer.instance();
    diagnosis.facts.policy = policy_of(operation, Purpose::monitor, role_level);
    diagnosis.facts.since_boot = seconds_since_boot();
    diagnosis.pcp_means = look_for_pcp_means(operation.parameters, operation.deadline);
    look_at_pgpool(operation, diagnosis);
    if (value_of(diagnosis.configuration) != nullptr) look_at_cluster(operation, diagnosis);
    diagnosis.facts.now_is = time_since_boot();
    return diagnosis;
}

}  // namespace ra
