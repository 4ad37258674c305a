#include "decide/remains.h"

#include <algorithm>
#include <iterator>

namespace ra {

namespace {

void add_sockets(Remains& remains, const Endpoints& at) {
    for (auto& path : at.service_sockets()) remains.sockets.insert(std::move(path));
    for (auto& path : at.pcp_sockets()) remains.sockets.insert(std::move(path));
}

// Also those that no configuration names any more, the watchdog's among them.
void add_sockets(Remains& remains, const Snapshot& seen, const PgpoolProcess& process) {
    const auto* listeners = value_of(seen.unix_listeners);
    if (listeners == nullptr) return;
    for (const auto& listener : *listeners)
        if (listener.path.is_absolute() && holds(process, listener.inode)) remains.sockets.insert(listener.path);
}

void add_listeners(Remains& remains, const Snapshot& seen, const PgpoolProcess& process) {
    const auto* listeners = value_of(seen.tcp_listeners);
    if (listeners == nullptr) return;
    for (const auto& listener : *listeners)
        if (holds(process, listener.inode)) remains.listeners.insert(listener.inode);
}

// The pid file of two configurations may be the same one, by mistake: then it is the living pgpool's.
bool pid_file_is_anothers(const Snapshot& seen, const ProcessTree& tree) {
    const auto* file = value_of(seen.pid_file);
    const auto* processes = value_of(seen.processes);
    if (processes == nullptr) return true;  // perhaps
    if (file == nullptr || !*file) return false;
    const auto named = std::ranges::find_if(
        *processes, [&](const PgpoolProcess& process) { return process.stat.id.pid == (*file)->pid; });
    return named != processes->end() && !tree.contains(named->stat.id);
}

}  // namespace

void Remains::add(const Remains& other) {
    sockets.insert(other.sockets.begin(), other.sockets.end());
    if (pid_file.empty()) pid_file = other.pid_file;
    shared_memory.insert(other.shared_memory.begin(), other.shared_memory.end());
    processes.insert(other.processes.begin(), other.processes.end());
    known.insert(other.known.begin(), other.known.end());
    listeners.insert(other.listeners.begin(), other.listeners.end());
}

Remains remains_of(const Snapshot& seen, const ProcessTree& tree) {
    Remains remains;
    if (const auto* at = value_of(seen.configured)) add_sockets(remains, *at);
    if (seen.record) {
        add_sockets(remains, seen.record->started.endpoints);
        remains.processes.insert(seen.record->started.main.pid);
        remains.shared_memory.insert(seen.record->started.shared_memory.begin(),
                                     seen.record->started.shared_memory.end());
    }
    const auto add_process = [&](const PgpoolProcess& process) {
        add_sockets(remains, seen, process);
        add_listeners(remains, seen, process);
        remains.known.insert(process.stat.id);
        remains.processes.insert(process.stat.id.pid);
        remains.processes.insert(process.stat.session);  // a main that is dead, as a rule
        remains.shared_memory.insert(process.shared_memory.begin(), process.shared_memory.end());
    };
    if (tree.main) add_process(*tree.main);
    std::ranges::for_each(tree.children, add_process);
    std::ranges::for_each(tree.orphans, add_process);
    for (const auto& command : tree.commands) remains.known.insert(command.id);
    const auto* file = value_of(seen.pid_file);
    if (file != nullptr && *file && !pid_file_is_anothers(seen, tree)) remains.pid_file = seen.pid_file_path;
    return remains;
}

std::vector<PortHolder> heirs_of(const Remains& remains, const Snapshot& seen) {
    std::vector<PortHolder> heirs;
    std::ranges::copy_if(seen.port_holders, std::back_inserter(heirs), [&](const PortHolder& holder) {
        return holder.pid != 0 && remains.listeners.contains(holder.inode);
    });
    return heirs;
}

}  // namespace ra
