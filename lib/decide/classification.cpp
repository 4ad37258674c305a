#include "decide/classification.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "facts/address.h"

namespace ra {

namespace {

std::string name_of(pid_t pid, const std::string& name) {
    if (pid == 0) return "an unknown process (another network or process namespace?)";
    return fmt::format("process {} ({})", pid, name);
}

bool is_among(const std::string& address, std::optional<bool> ipv6_only, const std::vector<std::string>& wanted) {
    return std::ranges::any_of(wanted,
                               [&](const std::string& entry) { return addresses_collide(address, entry, ipv6_only); });
}

// Who accepts connections on `port`, where this main should.
std::string describe_other_listener(const Snapshot& seen, const ProcessTree& tree, std::uint16_t port,
                                    const std::vector<std::string>& addresses) {
    for (const auto& orphan : tree.orphans)
        for (const auto& listener : *value_of(seen.tcp_listeners))
            if (listener.port == port && holds(orphan, listener.inode))
                return fmt::format("process {} has it, left over from a dead pgpool", orphan.stat.id.pid);
    for (const auto& holder : seen.port_holders)
        if (holder.port == port && is_among(holder.address, holder.ipv6_only, addresses))
            return fmt::format("{} has it", name_of(holder.pid, holder.name));
    for (const auto& listener : *value_of(seen.tcp_listeners)) {
        if (listener.port != port || !is_among(listener.address, listener.ipv6_only, addresses)) continue;
        if (const auto other = other_pgpool_with(seen, tree, listener.inode))
            return fmt::format("another pgpool, process {}, has it", other->stat.id.pid);
    }
    return "nobody has it";
}

enum class Listening { ours, not_ours, nobody };

// The same port of another address is no matter.
Listening who_listens(const Snapshot& seen, const PgpoolProcess& main, std::uint16_t port,
                      const std::vector<std::string>& addresses) {
    auto answer = Listening::nobody;
    for (const auto& listener : *value_of(seen.tcp_listeners)) {
        if (listener.port != port) continue;
        if (holds(main, listener.inode)) return Listening::ours;
        if (is_among(listener.address, listener.ipv6_only, addresses)) answer = Listening::not_ours;
    }
    return answer;
}

// A UNIX socket of main that nobody can connect to any more, because its file is gone or leads to another socket.
const UnixListener* find_lost_socket(const Snapshot& seen, const PgpoolProcess& main,
                                     const std::vector<std::filesystem::path>& paths) {
    for (const auto& listener : *value_of(seen.unix_listeners))
        if (!listener.has_file && holds(main, listener.inode) && std::ranges::find(paths, listener.path) != paths.end())
            return &listener;
    return nullptr;
}

std::string describe_lost_socket(const Snapshot& seen, const PgpoolProcess& main, const Endpoints& at) {
    const auto* lost = find_lost_socket(seen, main, at.service_sockets());
    if (lost == nullptr) lost = find_lost_socket(seen, main, at.pcp_sockets());
    if (lost == nullptr) return {};
    return fmt::format("pgpool {} has lost its socket '{}': it was removed or replaced", main.stat.id.pid,
                       lost->path.native());
}

// What is wrong with the listening sockets of a living main; empty if nothing is.
std::string listener_problem(const Snapshot& seen, const ProcessTree& tree, const Endpoints& at) {
    const auto& main = *tree.main;
    const auto pid = main.stat.id.pid;
    if (at.listen_addresses.empty()) {
        if (client_address(seen, tree)) return {};
        if (auto lost = describe_lost_socket(seen, main, at); !lost.empty()) return lost;
        return fmt::format("pgpool {} does not listen on its UNIX socket for port {}", pid, at.port);
    }
    if (who_listens(seen, main, at.port, at.listen_addresses) != Listening::ours)
        return fmt::format("pgpool {} does not listen on port {}: {}", pid, at.port,
                           describe_other_listener(seen, tree, at.port, at.listen_addresses));
    // PCP opens late in a start, so that only somebody else on its port is wrong.
    if (who_listens(seen, main, at.pcp_port, at.pcp_listen_addresses) == Listening::not_ours)
        return fmt::format("pgpool {} does not listen on pcp_port {}: {}", pid, at.pcp_port,
                           describe_other_listener(seen, tree, at.pcp_port, at.pcp_listen_addresses));
    return {};
}

const Error* reading_error(const Snapshot& seen) {
    if (const auto* error = std::get_if<Error>(&seen.processes)) return error;
    if (const auto* error = std::get_if<Error>(&seen.tcp_listeners)) return error;
    return std::get_if<Error>(&seen.unix_listeners);
}

template <typename Listener>
bool is_wanted(const Endpoints& at, const Listener& listener) {
    const auto& [address, only] = std::tie(listener.address, listener.ipv6_only);
    return (listener.port == at.port && is_among(address, only, at.listen_addresses)) ||
           (listener.port == at.pcp_port && is_among(address, only, at.pcp_listen_addresses));
}

std::optional<PortHolder> holder_of_port(const Snapshot& seen, const ProcessTree& tree, const Endpoints& at) {
    for (const auto& holder : seen.port_holders)
        if (is_wanted(at, holder)) return holder;
    if (value_of(seen.processes) == nullptr) return std::nullopt;
    for (const auto& listener : *value_of(seen.tcp_listeners)) {
        if (!is_wanted(at, listener)) continue;
        if (const auto other = other_pgpool_with(seen, tree, listener.inode))
            return PortHolder{listener.port, listener.address, other->stat.id.pid, other->stat.name};
    }
    return std::nullopt;
}

// Who accepts connections on a UNIX socket that ours needs: pgpool would remove it before it opens its own.
std::optional<SocketHolder> holder_of_socket(const Snapshot& seen, const ProcessTree& tree, const Endpoints& at) {
    auto paths = at.service_sockets();
    std::ranges::move(at.pcp_sockets(), std::back_inserter(paths));
    const auto is_needed = [&](const auto& socket) { return std::ranges::find(paths, socket.path) != paths.end(); };
    const auto stranger = std::ranges::find_if(seen.socket_holders, is_needed);
    if (stranger != seen.socket_holders.end()) return *stranger;
    if (value_of(seen.processes) == nullptr) return std::nullopt;
    for (const auto& listener : *value_of(seen.unix_listeners)) {
        if (!listener.has_file || !is_needed(listener)) continue;
        if (const auto other = other_pgpool_with(seen, tree, listener.inode))
            return SocketHolder{listener.path, other->stat.id.pid, other->stat.name};
    }
    return std::nullopt;
}

// Not what works for PostgreSQL by now: a shell may have become that program.
void keep_known(ProcessTree& tree, const Snapshot& seen, const std::set<ProcessId>& known) {
    const auto is_lost = [&](const ProcessId& id) {
        const auto has_it = [&](const ProcessStat& stat) { return stat.id == id; };
        return known.contains(id) && !tree.contains(id) && std::ranges::none_of(tree.commands, has_it) &&
               std::ranges::none_of(tree.spared, has_it);
    };
    if (const auto* processes = value_of(seen.processes))
        std::ranges::copy_if(*processes, std::back_inserter(tree.orphans),
                             [&](const PgpoolProcess& process) { return is_lost(process.stat.id); });
    for (const auto* stats : {&seen.others, &seen.ending})
        std::ranges::copy_if(*stats, std::back_inserter(tree.commands),
                             [&](const ProcessStat& stat) { return is_lost(stat.id) && !writes_data_directory(stat); });
}

struct Verdict {
    Condition condition;
    std::string because;
};

// Nothing of this pgpool is known to be alive but, perhaps, what a dead main has left.
Verdict judge_without_main(const Snapshot& seen, const Classification& found) {
    const auto& tree = found.tree;
    if (const auto left = tree.orphans.size() + tree.commands.size(); left > 0)
        return {Condition::dirty, fmt::format("pgpool's main process is dead and has left {} {} behind", left,
                                              left == 1 ? "process" : "processes")};
    if (!tree.doubt.empty()) return {Condition::unknown, tree.doubt};
    if (const auto& holder = found.port_holder)
        return {Condition::foreign,
                fmt::format("port {} is taken by {}", holder->port, name_of(holder->pid, holder->name))};
    if (const auto& holder = found.socket_holder)
        return {Condition::foreign,
                fmt::format("'{}' is the socket of {}", holder->path.native(), name_of(holder->pid, holder->name))};
    if (!seen.complete) return {Condition::unknown, "not every process was looked at"};
    return {Condition::clean, "no process of this pgpool runs"};
}

Verdict judge_main(const Snapshot& seen, const ProcessTree& tree, const Endpoints* at) {
    const auto pid = tree.main->stat.id.pid;
    if (tree.main->stat.stopped())
        return {Condition::dirty, fmt::format("pgpool's main process {} is stopped (SIGSTOP)", pid)};
    if (tree.children.empty())
        return {Condition::dirty, fmt::format("pgpool's main process {} has no child process", pid)};
    if (!tree.main->is_readable)
        return {Condition::dirty,
                fmt::format("the sockets of pgpool {} cannot be read: the agent lacks CAP_SYS_PTRACE", pid)};
    if (auto problem = at == nullptr ? "" : listener_problem(seen, tree, *at); !problem.empty())
        return {Condition::dirty, std::move(problem)};
    return {Condition::running, fmt::format("pgpool {} runs", pid)};
}

}  // namespace

Classification classify(const Snapshot& seen, const Instance& instance, const std::set<ProcessId>& known) {
    if (const auto* error = reading_error(seen)) return {Condition::unknown, error->message, {}, {}};
    Classification result;
    result.tree = find_process_tree(seen, instance);
    keep_known(result.tree, seen, known);
    const auto* at = endpoints_of(seen, result.tree);
    if (at != nullptr) result.port_holder = holder_of_port(seen, result.tree, *at);
    if (at != nullptr && !result.tree.main) result.socket_holder = holder_of_socket(seen, result.tree, *at);
    auto verdict = result.tree.main ? judge_main(seen, result.tree, at) : judge_without_main(seen, result);
    result.condition = verdict.condition;
    result.because = std::move(verdict.because);
    if (result.condition == Condition::running && at != nullptr)
        result.lost_socket = describe_lost_socket(seen, *result.tree.main, *at);
    return result;
}

}  // namespace ra
