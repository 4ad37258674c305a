#include "act/monitor.h"

#include <algorithm>
#include <thread>

#include "act/adoption.h"
#include "act/align.h"
#include "act/isolation.h"
#include "act/query.h"
#include "act/score.h"
#include "act/yield.h"
#include "decide/monitor.h"
#include "decide/roles.h"
#include "ocf/log.h"
#include "system/boot_clock.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr int role_level = 10;
constexpr int query_level = 20;

// A failover re-forks the children, and a start opens its sockets, well within this time.
constexpr Milliseconds settling_time = 5s;

// Writes down what is wrong, and logs it when it has changed. Returns for how long pgpool has been unresponsive.
std::chrono::seconds note_trouble(const Operation& operation, const Alignment& found, const std::string& trouble) {
    const auto& file = operation.observer.record();
    const auto known = file.read();
    if (!known || !*known) return {};
    auto record = **known;
    const auto now = seconds_since_boot();
    if (!found.unresponsive) record.unresponsive_since = 0;
    if (found.unresponsive && record.unresponsive_since == 0) record.unresponsive_since = now.count();
    if (trouble != record.trouble && !trouble.empty()) log_warning("{}", trouble);
    if (trouble.empty() && !record.trouble.empty()) log_info("no longer so: {}", record.trouble);
    record.trouble = trouble;
    record.monitored = true;
    if (record != **known)
        if (const auto written = file.write(record); !written) log_warning("{}", written.error().message);
    return record.unresponsive_since == 0 ? 0s : now - std::chrono::seconds(record.unresponsive_since);
}

// What a query shows that clients see. With `only_main_node` a refusal of that kind alone counts.
Outcome look_as_client(const Operation& operation, bool only_main_node) {
    const auto seen = operation.observer.glance_at_family();
    const auto now = classify(seen, operation.observer.instance());
    const auto found = query(operation, seen, now);
    if (only_main_node && found.answer != QueryFindings::Answer::lost_main_node) return {};
    return judge_query(found, now.family, operation.environment.knows_degraded());
}

// Roles are compared, and put right where that is wanted; a probe changes nothing.
Outcome look_at_roles(const Operation& operation, bool is_queried) {
    const auto degraded = operation.environment.knows_degraded();
    const bool is_probe = operation.environment.is_probe();
    // What remains is for the score.
    const auto deadline = operation.deadline.but_within(operation.working_time * 3 / 4);
    auto found = align(operation, false, deadline);
    if (is_probe) return judge_roles(found.facts, found.state, 0s, degraded);
    if (auto yielded = yield_if_outranked(operation, found.facts)) return *yielded;
    if (operation.parameters.align && is_request(found.state)) found = align(operation, true, deadline);
    publish_score(operation, found.facts);
    const auto trouble = judge_roles(found.facts, found.state, 0s, degraded).reason;
    const auto unresponsive_for = note_trouble(operation, found, trouble);
    if (!is_queried && may_have_lost_main_node(found.facts))
        if (auto lost = look_as_client(operation, true); lost.code != ExitCode::success) return lost;
    return judge_roles(found.facts, found.state, unresponsive_for, degraded);
}

// What a monitor of `level` answers where the process tree is as it should be.
Outcome look_deeper(const Operation& operation, int level) {
    // First, because on an isolated node everything else would wait for answers that do not come.
    if (!operation.environment.is_probe())
        if (auto isolated = heed_isolation(operation)) return *isolated;
    const bool is_queried = level >= query_level;
    if (is_queried)
        if (auto answer = look_as_client(operation, false); answer.code != ExitCode::success) return answer;
    return level >= role_level ? look_at_roles(operation, is_queried) : Outcome{};
}

// What the processes show, and what was known of them before.
struct Sight {
    Classification now;
    std::optional<Record> record;  // of the main that was seen, or that is dead and has left something
};

Sight sight_of(Snapshot seen, const Instance& instance) {
    Sight sight{classify(seen, instance), std::move(seen.record)};
    const auto& now = sight.now;
    const bool nothing_runs = now.condition == Condition::clean || now.condition == Condition::foreign;
    const bool is_another = sight.record && now.family.main && now.family.main->stat.id != sight.record->main;
    if (nothing_runs || is_another) sight.record.reset();
    return sight;
}

Sight observe(const Observer& observer) {
    auto sight = sight_of(observer.glance(), observer.instance());
    // Only health can be seen at a glance; everything else needs the whole picture.
    if (sight.now.condition == Condition::running) return sight;
    return sight_of(observer.look(), observer.instance());
}

// Without a record nothing that lasts longer than one monitor could be noted.
void adopt_unknown(const Operation& operation, const ProcessId& main) {
    if (operation.environment.is_probe()) return;
    if (const auto adopted = adopt(operation, main); !adopted) log_warning("{}", adopted.error().message);
}

}  // namespace

Classification observe_condition(const Observer& observer) { return observe(observer).now; }

Outcome monitor(const Operation& operation) {
    const auto level = operation.environment.check_level();
    if (!level) return {ExitCode::not_configured, level.error().message};
    // Without a configuration it is not known which pgpool is meant, and "not running" would be a guess.
    if (operation.parameters.config.empty())
        return {operation.problems.front().code, operation.problems.front().message};
    const auto deadline = operation.deadline.but_within(settling_time);
    auto sight = observe(operation.observer);
    while (may_pass(sight.now) && !deadline.passed()) {
        std::this_thread::sleep_for(std::min<Milliseconds>(200ms, deadline.remaining()));
        sight = observe(operation.observer);
    }
    const auto& [now, record] = sight;
    log_debug("{}", now.because);
    auto outcome = judge_tree(now);
    if (now.condition == Condition::running) {
        if (!record) adopt_unknown(operation, now.family.main->stat.id);
        outcome = look_deeper(operation, *level);
    }
    // The role is the cluster's word, kept with the identity of the main process that it was given to.
    if (record && record->promoted) outcome.code = for_promoted(outcome.code);
    return outcome;
}

}  // namespace ra
