#include "act/monitor.h"

#include <algorithm>
#include <thread>

#include "decide/monitor.h"
#include "observe/query.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr int query_level = 20;

// A failover re-forks the children, and a start opens its sockets, well within this time.
constexpr Milliseconds settling_time = 5s;

Outcome query(const Operation& operation) {
    const auto& observer = operation.observer;
    const auto seen = observer.look();
    const auto now = classify(seen, observer.instance());
    if (now.condition != Condition::running) return judge_tree(now);
    const auto* at = endpoints_of(seen, now.family);
    if (at == nullptr) return {ExitCode::generic_error, std::get<Error>(seen.configured).message};
    const auto found = query_through_pgpool(operation.parameters, *at, operation.deadline);
    return judge_query(found, now.family, operation.environment.knows_degraded());
}

}  // namespace

Classification observe_condition(const Observer& observer) {
    const auto now = classify(observer.glance(), observer.instance());
    // Only health can be seen at a glance; everything else needs the whole picture.
    if (now.condition == Condition::running) return now;
    return classify(observer.look(), observer.instance());
}

Outcome monitor(const Operation& operation) {
    const auto level = operation.environment.check_level();
    if (!level) return {ExitCode::not_configured, level.error().message};
    // Without a configuration it is not known which pgpool is meant, and "not running" would be a guess.
    if (operation.parameters.config.empty())
        return {operation.problems.front().code, operation.problems.front().message};
    const auto deadline = operation.deadline.but_within(settling_time);
    auto now = observe_condition(operation.observer);
    while (may_pass(now) && !deadline.passed()) {
        std::this_thread::sleep_for(std::min<Milliseconds>(200ms, deadline.remaining()));
        now = observe_condition(operation.observer);
    }
    if (now.condition == Condition::running && *level >= query_level) return query(operation);
    return judge_tree(now);
}

}  // namespace ra
