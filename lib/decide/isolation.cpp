#include "decide/isolation.h"

#include <fmt/format.h>

namespace ra {

namespace {

template <typename T>
Connected not_known(const Observed<T>& fact) {
    return Connected{fmt::format("it is not known whether this node is isolated: {}", std::get<Error>(fact).message),
                     false};
}

}  // namespace

IsolationStep next_isolation_step(const IsolationFacts& facts) {
    if (!is_asked(facts.reachable)) return IsolationQuestion::reachability;
    const auto* reachable = value_of(facts.reachable);
    if (reachable == nullptr) return not_known(facts.reachable);
    if (*reachable >= facts.needed) return Connected{"the network answers to ping"};

    if (!is_asked(facts.members)) return IsolationQuestion::members;
    const auto* members = value_of(facts.members);
    if (members == nullptr) return not_known(facts.members);
    if (members->empty()) return Connected{"this node is in no partition of the cluster", false};
    if (members->size() > 1) return Connected{"the network does not answer to ping, but a peer is in the membership"};

    if (!is_asked(facts.remote_backends_that_answer)) return IsolationQuestion::remote_backends;
    const auto* backends = value_of(facts.remote_backends_that_answer);
    if (backends == nullptr) return not_known(facts.remote_backends_that_answer);
    if (!backends->empty())
        return Connected{fmt::format("the network does not answer to ping, but {} does", backends->front())};
    return Isolated{"this node is isolated: no ping, no peer and no remote backend answers"};
}

}  // namespace ra
