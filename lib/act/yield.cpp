#include "act/yield.h"

#include "act/detached.h"
#include "act/stop.h"
#include "decide/roles.h"
#include "ocf/log.h"
#include "system/cluster.h"
#include "system/own_addresses.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds patience = 5s;

// What is known of an overtaken history is kept as long as both histories can be written to: an alignment may have
// turned pgpool to the newest primary before the two halves of the cluster have met.
std::string note_history(const Operation& operation, const RoleFacts& facts) {
    const auto& file = operation.observer.record();
    const auto known = file.read();
    if (!known || !*known) return find_overtaken(facts, 0);
    auto record = **known;
    const auto overtaken = find_overtaken(facts, record.served_timeline);
    if (!overtaken.empty()) record.overtaken = overtaken;
    if (find_newest_primary(facts).warning.empty()) record.overtaken.clear();
    if (const auto served = served_timeline(facts); served != 0) record.served_timeline = served;
    if (record != **known)
        if (const auto written = file.write(record); !written) log_warning("{}", written.error().message);
    return record.overtaken;
}

Outcome yield(const Operation& operation, const std::string& because) {
    log_warning("{}: stopping pgpool", because);
    auto ended = stop(operation);
    if (ended.code != ExitCode::success) return ended;
    const Cluster cluster(operation.environment);
    for (const auto& resource : operation.parameters.yield_with) {
        log_warning("stopping {} too, as parameter yield_with says", resource);
        const auto stopped = cluster.force_stop(resource, operation.deadline);
        if (!stopped) log_error("cannot stop resource '{}': {}", resource, stopped.error().message);
    }
    if (operation.parameters.unblock)
        if (const auto begun = begin_detached(operation, "unblock"); !begun) log_error("{}", begun.error().message);
    return {ExitCode::not_running, because};
}

}  // namespace

YieldFacts ask_who_ranks_higher(const Operation& operation, const RoleFacts& facts, std::string overtaken) {
    const Cluster cluster(operation.environment);
    const auto soon = operation.deadline.but_within(patience);
    const auto own = own_addresses();
    YieldFacts seen;
    seen.is_clone = cluster.is_clone();
    seen.overtaken = std::move(overtaken);
    const auto* newest = find_newest_primary(facts).newest;
    seen.primary_is_here = newest != nullptr && is_on_this_host(newest->host, own);
    seen.rank = promotion_score(facts, own);
    // The primary is known, and this pgpool does not send writes to it: no other ranks lower.
    if (!seen.rank && newest != nullptr) seen.rank = 0;
    for (;;) {
        const auto step = next_yield_step(seen);
        if (std::holds_alternative<Yield>(step) || std::holds_alternative<Stay>(step)) return seen;
        if (!is_asked(seen.node)) seen.node = observed(cluster.node_name(soon));
        if (std::holds_alternative<AskForRanks>(step)) seen.published_ranks = observed(cluster.published_ranks(soon));
        if (std::holds_alternative<AskWhereActive>(step))
            seen.active_nodes = observed(cluster.active_nodes(cluster.resource(), soon));
    }
}

std::optional<Outcome> yield_if_outranked(const Operation& operation, const RoleFacts& facts) {
    const Cluster cluster(operation.environment);
    if (operation.parameters.on_split_brain != OnSplitBrain::yield || !cluster.is_present()) return {};
    const auto step = next_yield_step(ask_who_ranks_higher(operation, facts, note_history(operation, facts)));
    if (const auto* yes = std::get_if<Yield>(&step)) return yield(operation, yes->because);
    if (const auto* stay = std::get_if<Stay>(&step)) log_debug("{}", stay->because);
    return {};
}

}  // namespace ra
