#include "decide/explanation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "decide/forecast.h"
#include "decide/hazards.h"
#include "decide/roles.h"

namespace ra {

namespace {

// --- the cluster --------------------------------------------------------------------------------

std::string describe_resource(const ConfiguredResource& resource) {
    auto text = fmt::format("{} of {}", resource.promotable ? "promotable clone" : "clone", resource.id);
    if (resource.clone.empty())
        text = resource.group.empty() ? "a primitive" : fmt::format("a primitive in group {}", resource.group);
    const auto multiple_active = resource.meta.find("multiple-active");
    if (resource.clone.empty())
        text += fmt::format(", multiple-active={}",
                            multiple_active == resource.meta.end() ? "stop_start" : multiple_active->second);
    return text;
}

std::string describe_place(const ClusterStatus& status) {
    if (status.active.empty()) return status.is_blocked ? "active nowhere, BLOCKED" : "active nowhere";
    std::vector<std::string> places;
    for (const auto& active : status.active) places.push_back(fmt::format("{} ({})", active.node, active.role));
    return fmt::format("active on {}{}{}", fmt::join(places, " and "), status.is_blocked ? ", BLOCKED" : "",
                       status.is_managed ? "" : ", unmanaged");
}

// Those that have to do with pgpool: its rank or score, and what tells of isolation.
bool is_ours(const std::string& attribute, const Situation& situation) {
    const auto& asked = situation.parameters.isolation_attribute;
    const auto* resource = configured_resource(situation);
    return (!asked.empty() && attribute == asked) || attribute == "pgpool-rank-" + situation.resource ||
           attribute == "master-" + situation.resource ||
           (resource != nullptr && resource->attributes_of_locations.contains(attribute));
}

std::vector<std::string> describe_attributes(const ClusterStatus& status, const Situation& situation) {
    std::vector<std::string> lines;
    for (const auto& [node, attributes] : status.attributes) {
        std::vector<std::string> shown;
        for (const auto& [name, value] : attributes)
            if (is_ours(name, situation)) shown.push_back(fmt::format("{}={}", name, value));
        if (!shown.empty()) lines.push_back(fmt::format("attributes of {}: {}", node, fmt::join(shown, ", ")));
    }
    return lines;
}

std::vector<std::string> describe_cluster(const Situation& situation) {
    std::vector<std::string> lines;
    if (const auto* resource = configured_resource(situation)) lines.push_back(describe_resource(*resource));
    if (const auto* error = std::get_if<Error>(&situation.configuration))
        lines.push_back(fmt::format("not asked for its configuration: {}", error->message));
    if (const auto* error = std::get_if<Error>(&situation.status))
        lines.push_back(fmt::format("does not run on this node: {}", error->message));
    const auto* status = value_of(situation.status);
    if (status == nullptr) return lines;
    lines.push_back(describe_place(*status));
    lines.push_back(
        fmt::format("online: {}{}; {}", fmt::join(status->online, ", "),
                    status->offline.empty() ? "" : fmt::format("; lost: {}", fmt::join(status->offline, ", ")),
                    status->has_quorum ? "with quorum" : "WITHOUT quorum"));
    std::ranges::move(describe_attributes(*status, situation), std::back_inserter(lines));
    return lines;
}

// --- processes and sockets ----------------------------------------------------------------------

struct Kind {
    std::string_view title;  // begins with this, behind "pgpool: "
    std::string_view name;
};
constexpr std::array kinds{
    Kind{"wait for connection request", "idle children"},
    Kind{"wait for accept lock", "idle children"},
    Kind{"PCP: ", "PCP"},
    Kind{"worker process", "replication check"},
    Kind{"health check process", "health check"},
    Kind{"logger", "logger"},
    Kind{"watchdog", "watchdog"},
    Kind{"lifecheck", "watchdog"},
    Kind{"heartbeat", "watchdog"},
};

std::string_view kind_of(const PgpoolProcess& process) {
    constexpr std::string_view prefix = "pgpool: ";
    auto title = title_of(process);
    title.remove_prefix(std::min(prefix.size(), title.size()));
    const auto* kind = std::ranges::find_if(kinds, [&](const Kind& k) { return title.starts_with(k.title); });
    return kind == kinds.end() ? "busy children" : kind->name;
}

std::string count_kinds(const std::vector<PgpoolProcess>& processes) {
    std::map<std::string_view, int> counts;
    for (const auto& process : processes) ++counts[kind_of(process)];
    std::vector<std::string> parts;
    for (const auto& [name, count] : counts) parts.push_back(fmt::format("{}: {}", name, count));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<pid_t> pids_of(const std::vector<PgpoolProcess>& processes) {
    std::vector<pid_t> pids;
    for (const auto& process : processes) pids.push_back(process.stat.id.pid);
    return pids;
}

std::string first_pids(const std::vector<PgpoolProcess>& processes) {
    constexpr std::size_t shown = 5;
    auto pids = pids_of(processes);
    const auto rest = pids.size() - std::min(shown, pids.size());
    pids.resize(pids.size() - rest);
    return fmt::format("{}{}", fmt::join(pids, ", "), rest == 0 ? "" : fmt::format(" and {} more", rest));
}

std::string describe_main(const PgpoolProcess& main, const Situation& situation) {
    constexpr std::uint64_t ticks_in_a_second = 100;  // USER_HZ, in which /proc/PID/stat counts
    const auto age =
        situation.since_boot.count() - static_cast<std::int64_t>(main.stat.id.start_time / ticks_in_a_second);
    const bool is_on_record = situation.seen.record && situation.seen.record->main == main.stat.id;
    return fmt::format("main {}{}, {} min old{}: {}", main.stat.id.pid, main.stat.stopped() ? ", FROZEN" : "",
                       std::max<std::int64_t>(age, 0) / 60,
                       is_on_record ? "" : ", neither started nor adopted by the agent",
                       fmt::join(main.arguments, " "));
}

std::vector<std::string> describe_processes(const Family& family, const Situation& situation) {
    std::vector<std::string> lines;
    if (family.main) lines.push_back(describe_main(*family.main, situation));
    if (!family.members.empty()) lines.push_back(count_kinds(family.members));
    if (!family.orphans.empty())
        lines.push_back(fmt::format("ORPHANS of a dead main ({}): process {}", count_kinds(family.orphans),
                                    first_pids(family.orphans)));
    for (const auto& command : family.commands)
        lines.push_back(fmt::format("a command of its own, as failover_command: {} {}", command.name, command.id.pid));
    if (family.empty()) lines.emplace_back("none");
    return lines;
}

std::string owner_of(ino_t inode, const Family& family) {
    const auto holds = [inode](const PgpoolProcess& process) {
        return std::ranges::find(process.sockets, inode) != process.sockets.end();
    };
    if (family.main && holds(*family.main)) return fmt::format("main {}", family.main->stat.id.pid);
    if (std::ranges::any_of(family.members, holds)) return "a child of main";
    const auto orphan = std::ranges::find_if(family.orphans, holds);
    if (orphan != family.orphans.end()) return fmt::format("ORPHAN {}", orphan->stat.id.pid);
    return {};
}

std::string stranger_on(const TcpListener& listener, const Snapshot& seen) {
    const auto holder = std::ranges::find_if(seen.port_holders, [&](const PortHolder& h) {
        return h.port == listener.port && h.address == listener.address;
    });
    if (holder == seen.port_holders.end() || holder->pid == 0) return "somebody else";
    return fmt::format("{} {}, no pgpool of this configuration", holder->name, holder->pid);
}

std::vector<Explanation::Listener> describe_listeners(const Snapshot& seen, const Family& family) {
    std::vector<Explanation::Listener> lines;
    if (const auto* listeners = value_of(seen.tcp_listeners))
        for (const auto& listener : *listeners) {
            auto owner = owner_of(listener.inode, family);
            if (owner.empty()) owner = stranger_on(listener, seen);
            const bool is_ipv6 = listener.address.find(':') != std::string::npos;
            lines.push_back({is_ipv6 ? fmt::format("[{}]:{}", listener.address, listener.port)
                                     : fmt::format("{}:{}", listener.address, listener.port),
                             std::move(owner)});
        }
    if (const auto* listeners = value_of(seen.unix_listeners))
        for (const auto& listener : *listeners)
            if (auto owner = owner_of(listener.inode, family); !owner.empty())
                lines.push_back({listener.path.native(), std::move(owner)});
    return lines;
}

// --- backends -----------------------------------------------------------------------------------

std::string_view status_word(NodeStatus status) {
    switch (status) {
        case NodeStatus::unused: return "unused";
        case NodeStatus::waiting: return "waiting";
        case NodeStatus::up: return "up";
        case NodeStatus::down: return "down";
    }
    return "unknown";
}

std::string_view role_word(NodeRole role) {
    switch (role) {
        case NodeRole::main: return "main";
        case NodeRole::replica: return "replica";
        case NodeRole::primary: return "primary";
        case NodeRole::standby: return "standby";
    }
    return "unknown";
}

std::string in_pgpool(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    if (node == nullptr) return "not known";
    return fmt::format("{}{} {}", status_word(node->status), node->quarantined ? " (quarantine)" : "",
                       role_word(node->role));
}

std::string in_postgresql(const BackendView& backend) {
    if (const auto* error = std::get_if<Error>(&backend.state)) return one_line(error->message, 90);
    const auto* state = value_of(backend.state);
    if (state == nullptr) return "not asked";
    if (!state->in_recovery) return fmt::format("primary, timeline {}", state->timeline);
    if (!state->streaming) return fmt::format("standby, timeline {}, receives nothing", state->timeline);
    if (state->upstream_host.empty()) return fmt::format("standby, timeline {}, receives", state->timeline);
    return fmt::format("standby, timeline {}, follows {}:{}", state->timeline, state->upstream_host,
                       state->upstream_port);
}

std::string lag_of(const BackendView& backend, const BackendView* newest) {
    const auto* state = value_of(backend.state);
    const auto* first = newest == nullptr ? nullptr : value_of(newest->state);
    if (state == nullptr || first == nullptr || &backend == newest || !state->in_recovery ||
        state->timeline != first->timeline || state->system_identifier != first->system_identifier)
        return {};
    return fmt::format("{} bytes behind", first->position > state->position ? first->position - state->position : 0);
}

std::string position_of(const BackendView& backend) {
    const auto* state = value_of(backend.state);
    if (state == nullptr) return {};
    return fmt::format("{:X}/{:X}", state->position >> 32U, state->position & 0xFFFFFFFFU);
}

std::vector<Explanation::Backend> describe_backends(const RoleFacts& facts, const BackendView* newest) {
    std::vector<Explanation::Backend> lines;
    for (const auto& backend : facts.backends)
        lines.push_back({backend.id, fmt::format("{}:{}", backend.host, backend.port), in_pgpool(backend),
                         in_postgresql(backend), position_of(backend), lag_of(backend, newest)});
    return lines;
}

// --- the rest -----------------------------------------------------------------------------------

std::string describe_isolation(const Situation& situation) {
    if (situation.parameters.isolation_attribute.empty()) return "not looked for: isolation_attribute is not set";
    const auto step = next_isolation_step(situation.isolation);
    if (const auto* isolated = std::get_if<Isolated>(&step))
        return fmt::format("this node is ISOLATED: {}", isolated->because);
    if (const auto* connected = std::get_if<Connected>(&step)) return connected->because;
    return "not asked";
}

std::vector<std::string> hazards_in(const Situation& situation) {
    HazardFacts facts{situation.parameters, situation.settings, configured_resource(situation), {}, {}};
    if (const auto* configuration = value_of(situation.configuration)) facts.fences = configuration->fences;
    if (const auto* votes = value_of(situation.votes)) facts.votes = *votes;
    return find_hazards(facts);
}

}  // namespace

const ConfiguredResource* configured_resource(const Situation& situation) {
    const auto* configuration = value_of(situation.configuration);
    if (configuration == nullptr) return nullptr;
    const auto found = std::ranges::find(configuration->pgpools, situation.resource, &ConfiguredResource::id);
    return found == configuration->pgpools.end() ? nullptr : &*found;
}

Explanation explain(const Situation& situation) {
    const auto now = classify(situation.seen, situation.instance);
    const auto primary = find_newest_primary(situation.roles);
    Explanation explanation;
    explanation.resource = situation.resource;
    explanation.node = situation.node;
    explanation.parameters_from = situation.parameters_from;
    explanation.condition = now.condition;
    explanation.because = now.because;
    explanation.cluster = describe_cluster(situation);
    if (const auto* status = value_of(situation.status)) {
        explanation.is_blocked = status->is_blocked;
        for (const auto& active : status->active) explanation.active_on.push_back(active.node);
    }
    if (now.family.main) explanation.main = now.family.main->stat.id.pid;
    explanation.orphans = pids_of(now.family.orphans);
    explanation.processes = describe_processes(now.family, situation);
    explanation.listeners = describe_listeners(situation.seen, now.family);
    explanation.backends = describe_backends(situation.roles, primary.newest);
    explanation.primary = primary.because;
    explanation.history = primary.warning;
    if (situation.seen.record && !situation.seen.record->overtaken.empty())
        explanation.history = situation.seen.record->overtaken;
    explanation.score = promotion_score(situation.roles, situation.own_addresses);
    explanation.isolation = describe_isolation(situation);
    explanation.forecasts = forecast(situation, now);
    explanation.hazards = hazards_in(situation);
    return explanation;
}

}  // namespace ra
