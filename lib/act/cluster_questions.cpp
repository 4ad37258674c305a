#include "act/cluster_questions.h"

#include "act/site.h"
#include "observe/roles.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// Long enough for a server that answers at all; an isolated node waits for the whole of it.
constexpr Milliseconds patience_with_backends = 3s;

Deadline soon(const Operation& operation) { return operation.deadline.but_within(patience_with_cluster); }

Result<std::vector<std::string>> remote_backends_that_answer(const Operation& operation) {
    const auto& settings = operation.observer.settings();
    if (!settings) return settings.error();
    return ask_remote_backends(*settings, backend_login(operation.parameters, *settings), site_of(operation),
                               operation.deadline.but_within(patience_with_backends));
}

}  // namespace

void answer(IsolationQuestion question, const Operation& operation, IsolationFacts& facts) {
    const auto& cluster = operation.cluster;
    switch (question) {
        case IsolationQuestion::reachability:
            facts.needed = operation.parameters.isolation_below;
            facts.reachable =
                observed(cluster.node_attribute(operation.parameters.isolation_attribute, soon(operation)));
            break;
        case IsolationQuestion::members: facts.members = observed(cluster.members(soon(operation))); break;
        case IsolationQuestion::remote_backends:
            facts.remote_backends_that_answer = observed(remote_backends_that_answer(operation));
            break;
    }
}

void answer(RivalQuestion question, const Operation& operation, RivalFacts& facts) {
    const auto& cluster = operation.cluster;
    if (!is_asked(facts.node)) facts.node = observed(cluster.node_name(soon(operation)));
    switch (question) {
        case RivalQuestion::ranks: facts.published_ranks = observed(cluster.published_ranks(soon(operation))); break;
        case RivalQuestion::active_nodes:
            facts.active_nodes = observed(cluster.active_nodes(cluster.resource(), soon(operation)));
            break;
    }
}

}  // namespace ra
