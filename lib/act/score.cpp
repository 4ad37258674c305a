#include "act/score.h"

#include "decide/roles.h"
#include "ocf/log.h"
#include "system/cluster.h"
#include "system/own_addresses.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds patience = 5s;

void warn_if_failed(const Status& status) {
    if (!status) log_warning("{}", status.error().message);
}

bool was_overtaken(const Operation& operation) {
    const auto record = operation.observer.record().read();
    return record && *record && !(*record)->overtaken.empty();
}

}  // namespace

void publish_score(const Operation& operation, const RoleFacts& facts) {
    const auto score = promotion_score(facts, own_addresses());
    if (!score) return;
    // A primitive that is to yield must outrank nobody, wherever an alignment has turned it meanwhile.
    if (was_overtaken(operation) && !Cluster(operation.environment).is_clone()) return remove_score(operation);
    warn_if_failed(Cluster(operation.environment).publish_score(*score, operation.deadline.but_within(patience)));
}

void forbid_promotion(const Operation& operation) {
    warn_if_failed(Cluster(operation.environment).forbid_promotion(operation.deadline.but_within(patience)));
}

void remove_score(const Operation& operation) {
    warn_if_failed(Cluster(operation.environment).remove_score(operation.deadline.but_within(patience)));
}

}  // namespace ra
