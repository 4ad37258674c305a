#include "act/isolation.h"

#include <fmt/format.h>

#include "act/score.h"
#include "act/stop.h"
#include "observe/roles.h"
#include "ocf/log.h"
#include "system/boot_clock.h"
#include "system/cluster.h"
#include "system/own_addresses.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// Long enough for a server that answers at all; an isolated node waits for the whole of it.
constexpr Milliseconds patience_with_backends = 3s;
constexpr Milliseconds patience_with_cluster = 5s;

// Fills in one fact after the other, as they are asked for.
class Inquiry {
 public:
    explicit Inquiry(const Operation& operation) : operation_(operation), cluster_(operation.environment) {}

    void operator()(const AskForReachability&) {
        facts_.reachable =
            observed(cluster_.node_attribute(operation_.parameters.isolation_attribute, soon(patience_with_cluster)));
    }
    void operator()(const AskForMembers&) { facts_.members = observed(cluster_.members(soon(patience_with_cluster))); }
    void operator()(const AskRemoteBackends&) {
        const auto& parameters = operation_.parameters;
        const auto conf = PgpoolConf::read(parameters.config);
        facts_.remote_backends_that_answer =
            conf ? observed(ask_remote_backends(*conf, backend_login(parameters, *conf), own_addresses(),
                                                soon(patience_with_backends)))
                 : conf.error();
    }
    void operator()(const Connected&) { ended_ = true; }
    void operator()(const Isolated&) { ended_ = true; }

    IsolationFacts run() && {
        while (!ended_) std::visit(*this, next_isolation_step(facts_));
        return std::move(facts_);
    }

 private:
    [[nodiscard]] Deadline soon(Milliseconds patience) const { return operation_.deadline.but_within(patience); }

    const Operation& operation_;
    const Cluster cluster_;
    IsolationFacts facts_;
    bool ended_ = false;
};

// Notes a change, and returns for how long the node has been isolated.
std::chrono::seconds note_isolation(const Operation& operation, const std::optional<std::string>& isolation) {
    const auto& file = operation.observer.record();
    auto record = file.read();
    if (!record || !*record) return {};
    auto& since = (*record)->isolated_since;
    const auto now = seconds_since_boot();
    if (isolation && since != 0) return now - std::chrono::seconds(since);
    if (!isolation && since == 0) return {};
    since = isolation ? now.count() : 0;
    if (isolation) log_warning("this node is isolated: {}", *isolation);
    if (!isolation) log_info("this node is no longer isolated");
    if (const auto written = file.write(**record); !written) log_warning("{}", written.error().message);
    return {};
}

Outcome stop_isolated(const Operation& operation, const std::string& because) {
    log_warning("stopping pgpool: {}", because);
    auto ended = stop(operation);
    if (ended.code == ExitCode::success) return {ExitCode::not_running, fmt::format("stopped pgpool: {}", because)};
    return ended;
}

}  // namespace

IsolationFacts ask_for_isolation(const Operation& operation) {
    if (operation.parameters.isolation_attribute.empty() || !Cluster(operation.environment).is_present()) return {};
    return Inquiry(operation).run();
}

std::optional<std::string> find_isolation(const Operation& operation) {
    const auto step = next_isolation_step(ask_for_isolation(operation));
    if (const auto* isolated = std::get_if<Isolated>(&step)) return isolated->because;
    if (const auto* connected = std::get_if<Connected>(&step)) log_debug("{}", connected->because);
    return {};
}

std::optional<Outcome> heed_isolation(const Operation& operation) {
    if (operation.parameters.isolation_attribute.empty()) return {};
    const auto isolation = find_isolation(operation);
    const auto isolated_for = note_isolation(operation, isolation);
    if (!isolation) return {};
    const auto because = fmt::format("this node is isolated: {}", *isolation);
    const auto promotable = Cluster(operation.environment).is_promotable();
    const auto degraded = operation.environment.knows_degraded() ? ExitCode::degraded : ExitCode::success;
    switch (respond_to_isolation(isolated_for, operation.parameters.isolation_grace, promotable)) {
        case IsolationResponse::wait: break;
        case IsolationResponse::forbid_promotion: forbid_promotion(operation); break;
        case IsolationResponse::stop: return stop_isolated(operation, because);
    }
    return Outcome{degraded, because};
}

}  // namespace ra
