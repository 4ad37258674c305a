#include "act/takeover.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "act/as_user.h"
#include "act/look_after.h"
#include "act/site.h"
#include "base/text.h"
#include "observe/roles.h"
#include "ocf/log.h"
#include "os/boot_clock.h"
#include "os/signals.h"
#include "os/subprocess.h"
#include "os/user.h"
#include "pgpool/failover_command.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds patience_with_a_takeover = 4s;
constexpr Milliseconds between_looks_at_pgpool = 20ms;
// Pacemaker promotes at once when it has fenced. What was fenced before that may have come back since.
constexpr std::chrono::seconds recent = 60s;

// As the isolation of this node is told, from the same answer of crm_mon.
std::optional<bool> network_answers(const Parameters& parameters, const ClusterStatus& status,
                                    const std::string& node) {
    const auto attributes = status.attributes.find(node);
    if (parameters.isolation_attribute.empty() || attributes == status.attributes.end()) return {};
    const auto value = attributes->second.find(parameters.isolation_attribute);
    if (value == attributes->second.end()) return {};
    const auto reachable = parse_number<int>(value->second);
    if (!reachable) return {};
    return *reachable >= parameters.isolation_below;
}

bool is_fenced(const ClusterStatus& status) {
    const auto now = std::chrono::system_clock::now();
    return !status.offline.empty() && std::ranges::all_of(status.offline, [&](const std::string& node) {
        const auto fenced = status.fenced.find(node);
        return fenced != status.fenced.end() && std::chrono::abs(now - fenced->second) < recent;
    });
}

// By whichever instance.
Result<std::optional<History>> served_last(const Operation& operation) {
    if (!operation.cluster.is_present()) return std::optional<History>();
    return operation.cluster.history(operation.deadline.but_within(patience_with_cluster));
}

// Before a start: what was asked, and what was done.
class ColdTakeover {
 public:
    ColdTakeover(const Operation& operation, const PgpoolSettings& settings, const std::set<int>& down_before,
                 Deadline deadline)
        : operation_(operation), settings_(settings), down_before_(down_before), deadline_(deadline) {
        const auto history = served_last(operation);
        if (!history) log_warning("cannot ask which history was served last: {}", history.error().message);
        facts_.knows_history = static_cast<bool>(history);
        known_history_ = history.value_or({});
        const auto policy = policy_of(operation, Purpose::start, role_level);
        facts_.by = policy.is_promotable ? TakeoverBy::nobody : policy.takeover;
        facts_.delay = policy.takeover_delay;
        facts_.lost_since = time_since_boot();
        facts_.ends_at = *facts_.lost_since + deadline.remaining();
        look();
    }

    BeforeStart run() {
        for (;;) {
            facts_.now = time_since_boot();
            const auto step = next_takeover_step(roles_, facts_);
            if (std::visit([this](const auto& s) { return ends_with(s); }, step) || deadline_.passed())
                return {std::move(roles_), facts_.begun_from};
        }
    }

 private:
    void look() {
        facts_.looked_at = time_since_boot();
        silent_.ids = silent_servers(roles_);
        roles_ = ask_for_roles(settings_, backend_login(operation_.parameters, settings_), Error{"PCP is not open yet"},
                               site_of(operation_), silent_, deadline_.but_within(patience_with_a_takeover));
        silent_.patience = 1s;
        roles_.known_history = known_history_;
        roles_.shared_history = known_history_;
        roles_.only_waits = operation_.cluster.is_promotable();
        roles_.begins_to_serve = !roles_.only_waits;
        for (auto& backend : roles_.backends) backend.was_down = down_before_.contains(backend.id);
    }

    bool ends_with(const NoTakeover& step) const {
        if (!step.because.empty()) log_warning("{}", step.because);
        return true;
    }
    bool ends_with(const TakeoverQuestion&) {
        facts_.asked_at = time_since_boot();
        facts_.other_side = look_at_other_side(operation_);
        return false;
    }
    bool ends_with(const LookBeforeTakeover&) {
        look();
        return false;
    }
    bool ends_with(const WaitBeforeTakeover& step) const {
        log_info("{}", step.because);
        deadline_.sleep(step.span);
        return false;
    }
    bool ends_with(const DetachLost&) const { return true; }  // no pgpool runs that could
    bool ends_with(const RunFailoverCommand& step) { return take_over(step, run_failover_command); }
    bool ends_with(const PromoteServer& step) { return take_over(step, promote_server); }

    template <typename Step>
    bool take_over(const Step& step, std::string (*act)(const Operation&, const Step&, Deadline)) {
        facts_.begun_from = step.lost;
        silent_.patience = 0ms;
        if (const auto failure = act(operation_, step, deadline_); !failure.empty()) {
            log_error("{}", failure);
            look();
            return true;
        }
        // Its first moments as a primary.
        do {
            look();
            deadline_.sleep(between_looks_at_pgpool);
        } while (!deadline_.passed() && std::ranges::none_of(roles_.backends, &BackendView::is_writable));
        return true;
    }

    const Operation& operation_;
    const PgpoolSettings& settings_;
    const std::set<int>& down_before_;
    Deadline deadline_;
    std::optional<History> known_history_;
    TakeoverFacts facts_;
    SilentServers silent_;
    RoleFacts roles_;
};

}  // namespace

Observed<OtherSide> look_at_other_side(const Operation& operation) {
    const auto& cluster = operation.cluster;
    const auto deadline = operation.deadline.but_within(patience_with_cluster);
    const auto node = cluster.node_name(deadline);
    if (!node) return node.error();
    const auto status = cluster.status(cluster.resource(), deadline);
    if (!status) return status.error();
    OtherSide seen;
    std::ranges::copy_if(status->online, std::back_inserter(seen.peers),
                         [&](const auto& name) { return name != *node; });
    seen.is_fenced = is_fenced(*status);
    const auto bearer = cluster.bearer_of_attributes();
    seen.network_answers = network_answers(operation.parameters, *status, bearer.empty() ? *node : bearer);
    // Of two nodes each has quorum alone, once both were there.
    const auto votes = cluster.votes(deadline);
    if (!votes) return votes.error();
    seen.was_never_seen = votes->two_node && !status->has_quorum;
    seen.has_majority = !votes->two_node && status->has_quorum;
    return seen;
}

std::string run_failover_command(const Operation& operation, const RunFailoverCommand& step, Deadline deadline) {
    const auto& settings = operation.observer.settings();
    if (!settings) return settings.error().message;
    if (settings->failover_command.empty())
        return fmt::format("cannot take over: failover_command in '{}' is empty", operation.parameters.config.native());
    const auto user = find_user(operation.parameters.user, deadline);
    if (!user) return user.error().message;
    const auto log = open_log_file(operation.parameters.log, *user);
    if (!log) return log.error().message;
    const auto line = failover_command_for(*settings, step.lost, step.successor);
    log_info("running failover_command as '{}': {}", user->name, step.because);
    auto shell =
        launch_daemon({"/bin/sh", {"-c", line}, environment_for(operation.environment, *user)}, &*user, log->fd);
    if (!shell) return shell.error().message;
    const auto stat = operation.observer.proc().stat(shell->pid());
    for (;;) {
        const auto ending = shell->ending();
        if (ending && ending->exit_status == 0) return {};
        if (ending)
            return fmt::format("failover_command ended with {}; see '{}'", ending->text(),
                               operation.parameters.log.native());
        if (deadline.passed()) break;
        deadline.sleep(between_looks_at_pgpool);
    }
    if (stat) warn_if_failed(send_signal(operation.observer.proc(), stat->id, SIGKILL));
    return "failover_command did not end in time";
}

std::string promote_server(const Operation& operation, const PromoteServer& step, Deadline deadline) {
    const auto& settings = operation.observer.settings();
    if (!settings) return settings.error().message;
    const auto server = std::ranges::find(settings->backends, step.successor, &BackendAddress::id);
    if (server == settings->backends.end()) return fmt::format("node {} is not configured", step.successor);
    log_info("calling pg_promote() on node {}: {}", step.successor, step.because);
    return promote_server(*server, backend_login(operation.parameters, *settings), deadline);
}

BeforeStart take_over_before_start(const Operation& operation, const std::set<int>& down_before, Deadline deadline) {
    const auto& settings = operation.observer.settings();
    if (!settings) return {};
    return ColdTakeover(operation, *settings, down_before, deadline).run();
}

}  // namespace ra
