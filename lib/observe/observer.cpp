#include "observe/observer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "facts/command_line.h"
#include "facts/titles.h"
#include "os/hidden_processes.h"
#include "os/listeners.h"
#include "os/local_addresses.h"
#include "os/unix_socket.h"
#include "os/user.h"
#include "pgpool/pid_file.h"
#include "pgpool/settings.h"

namespace ra {

namespace {

constexpr std::size_t kernel_name_length = 15;  // TASK_COMM_LEN without its NUL

// With the record of a living main its endpoints count, not those of a file that may have been edited since.
std::vector<std::uint16_t> ports_of_interest(const Snapshot& seen) {
    std::vector<std::uint16_t> ports;
    const auto add = [&ports](const Endpoints& at) {
        ports.push_back(at.port);
        ports.push_back(at.pcp_port);
    };
    if (const auto* at = value_of(seen.configured)) add(*at);
    if (seen.record) add(seen.record->started.endpoints);
    return ports;
}

std::vector<std::filesystem::path> sockets_of_interest(const Snapshot& seen) {
    std::vector<std::filesystem::path> paths;
    const auto add = [&paths](const Endpoints& at) {
        std::ranges::move(at.service_sockets(), std::back_inserter(paths));
        std::ranges::move(at.pcp_sockets(), std::back_inserter(paths));
    };
    if (const auto* at = value_of(seen.configured)) add(*at);
    if (seen.record) add(seen.record->started.endpoints);
    return paths;
}

bool is_on_record(const ProcessStat& stat, const Snapshot& seen) {
    return seen.record && seen.record->started.main == stat.id;
}

bool has_title(const std::vector<std::string>& arguments) {
    return !arguments.empty() && arguments.front().starts_with(titles::prefix);
}

}  // namespace

void Observer::read_other_names_of_config(Snapshot& seen) const {
    const auto* processes = value_of(seen.processes);
    if (processes == nullptr) return;
    for (const auto& process : *processes) {
        const auto config = config_of_main(process.arguments);
        std::error_code unknown;
        if (config && config->is_absolute() && *config != instance_.config &&
            std::filesystem::equivalent(*config, instance_.config, unknown))
            seen.other_names_of_config.insert(*config);
    }
}

const Result<PgpoolSettings>& Observer::settings() const {
    if (!settings_) settings_ = read_settings(instance_.config);
    return *settings_;
}

const std::set<std::string>& Observer::local_addresses() const {
    if (!local_addresses_) local_addresses_ = ra::local_addresses();
    return *local_addresses_;
}

void Observer::read_record(Snapshot& seen) const {
    // A record that cannot be read is ignored: a full scan finds the same facts, only more slowly.
    const auto& record = record_.read();
    if (!record || !*record) return;
    const bool same_config = (*record)->started.config == instance_.config;
    if (is_about(**record, instance_.config, same_config || settings().ok())) seen.record = *record;
}

void Observer::read_configuration(Snapshot& seen) const {
    if (settings()) {
        seen.configured = observed(settings()->endpoints);
    } else {
        seen.configured = settings().error();
    }
    if (const auto* at = value_of(seen.configured)) {
        seen.pid_file_path = at->pid_file;
    } else if (seen.record) {
        seen.pid_file_path = seen.record->started.endpoints.pid_file;
    } else {
        return;
    }
    seen.pid_file = observed(read_pid_file(seen.pid_file_path));
}

void Observer::read_user(Snapshot& seen) const {
    // Without an answer the configuration file alone tells which pgpool is meant.
    constexpr Milliseconds patience_with_directory_service{2000};
    if (!user_) {
        const auto account = find_account(instance_.user, Deadline::in(patience_with_directory_service));
        user_ = account ? Result<uid_t>(account->uid) : Result<uid_t>(account.error());
    }
    seen.user = observed(*user_);
}

void Observer::read_listeners(Snapshot& seen) const {
    seen.tcp_listeners = observed(tcp_listeners(proc_.root(), ports_of_interest(seen)));
    auto unix = unix_listeners(proc_.root());
    if (unix) find_lost_files(proc_.root(), sockets_of_interest(seen), *unix);
    seen.unix_listeners = observed(std::move(unix));
}

const std::filesystem::path& Observer::resolved_binary() const {
    if (!resolved_binary_) {
        std::error_code unknown;
        resolved_binary_ = std::filesystem::canonical(instance_.binary, unknown);
    }
    return *resolved_binary_;
}

// The kernel keeps the first `length` bytes of a name.
bool Observer::is_name_of_pgpool(const std::string& name, std::size_t length) const {
    const auto is_it = [&](const std::string& whole) { return !whole.empty() && name == whole.substr(0, length); };
    return is_it("pgpool") || is_it(instance_.binary.filename()) || is_it(resolved_binary().filename());
}

bool Observer::has_name_of_pgpool(const ProcessStat& stat) const {
    return is_name_of_pgpool(stat.name, kernel_name_length);
}

// A file that was replaced under the process still has its path.
bool Observer::is_our_binary(pid_t pid, const std::filesystem::path& executable) const {
    if (executable == instance_.binary || executable == resolved_binary()) return true;
    const auto ours = file_id(instance_.binary);
    const auto file = proc_.executable_file(pid);
    return ours && file && *ours == *file;
}

// Started by another name than those that are known, it has a title or is the same file.
bool Observer::is_pgpool_by_another_name(const ProcessStat& stat) const {
    constexpr pid_t kernel_threads = 2;
    const auto pid = stat.id.pid;
    if (stat.dead() || stat.parent == kernel_threads) return false;
    const auto arguments = proc_.arguments(pid);
    if (arguments && has_title(*arguments)) return true;
    const auto executable = proc_.executable(pid);
    return executable && is_our_binary(pid, *executable);
}

// Nothing if it is no pgpool, or not of this network namespace. The name of the executable is only one sign among
// others: it may have been renamed under the process. A process of which a part cannot be read for another reason than
// missing rights is not known: without its sockets an orphan would look like nothing.
Result<std::optional<PgpoolProcess>> Observer::inspect(const ProcessStat& stat, const Namespaces& own,
                                                       bool is_on_record) const {
    const auto pid = stat.id.pid;
    PgpoolProcess process;
    process.stat = stat;
    auto arguments = proc_.arguments(pid);
    if (!arguments) return arguments.error();
    process.arguments = std::move(*arguments);
    const auto executable = proc_.executable(pid);
    if (!executable && !is_denied(executable.error())) return executable.error();
    process.has_our_binary = executable && is_our_binary(pid, *executable);
    const bool is_pgpool = is_on_record || has_title(process.arguments) || process.has_our_binary ||
                           (executable && is_name_of_pgpool(executable->filename(), std::string::npos)) ||
                           (has_name_of_pgpool(stat) && names_its_config(process.arguments));
    if (!is_pgpool) return std::optional<PgpoolProcess>();
    const auto namespaces = proc_.namespaces(pid);
    if (!namespaces && !is_denied(namespaces.error())) return namespaces.error();
    if (namespaces && namespaces->network != own.network) return std::optional<PgpoolProcess>();
    process.has_our_mounts = !namespaces || namespaces->mount == own.mount || is_on_record;
    const auto owner = proc_.owner(pid);
    if (!owner) return owner.error();
    process.owner = *owner;
    auto sockets = proc_.sockets(pid);
    if (!sockets && !is_denied(sockets.error())) return sockets.error();
    process.is_readable = executable && namespaces && sockets;
    if (sockets) process.sockets = std::move(*sockets);
    return std::optional(std::move(process));
}

PgpoolProcess Observer::with_title(const ProcessStat& stat) const {
    PgpoolProcess process;
    process.stat = stat;
    if (auto arguments = proc_.arguments(stat.id.pid)) process.arguments = std::move(*arguments);
    return process;
}

// A process that ends gives up its memory first, with its title and its executable, and its sockets and what it shares
// later: it is not gone yet. The children of a main are orphans from then on.
void Observer::add_ending(const ProcessStat& stat, std::vector<PgpoolProcess>& processes, Snapshot& seen) const {
    const auto now = proc_.stat(stat.id.pid);
    if (!now || now->id != stat.id || now->dead()) return;
    if (stat.session == stat.id.pid) {
        seen.ending.push_back(*now);
    } else {
        processes.push_back(with_title(*now));
    }
}

void Observer::add_living_child(const ProcessStat& main, std::vector<PgpoolProcess>& processes) const {
    for (const auto pid : proc_.children(main.id.pid).value_or({})) {
        const auto stat = proc_.stat(pid);
        if (!stat || stat->dead() || stat->parent != main.id.pid) continue;
        if (stat->name != main.name && !has_name_of_pgpool(*stat)) continue;
        processes.push_back(with_title(*stat));
        return;
    }
}

void Observer::add_descendants(pid_t parent, const std::string& name_of_main, std::vector<PgpoolProcess>& processes,
                               Snapshot& seen) const {
    for (const auto pid : proc_.children(parent).value_or({})) {
        const auto stat = proc_.stat(pid);
        if (!stat || stat->parent != parent) continue;
        if (stat->name == name_of_main || has_name_of_pgpool(*stat)) {
            if (stat->dead()) {
                seen.dead.push_back(*stat);
            } else {
                processes.push_back(with_title(*stat));
            }
        } else if (!stat->dead()) {
            seen.others.push_back(*stat);
        }
        add_descendants(pid, name_of_main, processes, seen);
    }
}

// The main process that the record or the pid file names, and what has to be seen with it; nothing if it is not there.
std::optional<PgpoolProcess> Observer::find_main(Snapshot& seen) const {
    read_record(seen);
    if (!seen.record) {
        read_configuration(seen);
        read_user(seen);
    }
    pid_t pid = seen.record ? seen.record->started.main.pid : 0;
    if (const auto* file = value_of(seen.pid_file); file != nullptr && *file) pid = (*file)->pid;
    if (pid == 0) return std::nullopt;
    const auto own = proc_.own_namespaces();
    const auto stat = proc_.stat(pid);
    if (!own || !stat || stat->dead()) return std::nullopt;
    const bool on_record = is_on_record(*stat, seen);
    if (!on_record && !has_name_of_pgpool(*stat)) return std::nullopt;
    read_listeners(seen);
    auto main = inspect(*stat, *own, on_record);
    if (!main || !*main || !(*main)->has_our_mounts) return std::nullopt;
    return std::move(*main);
}

Snapshot Observer::follow_main(Scope scope) const {
    Snapshot seen;
    auto main = find_main(seen);
    if (!main) return seen;
    const auto stat = main->stat;
    std::vector<PgpoolProcess> processes{std::move(*main)};
    if (scope == Scope::main) add_living_child(stat, processes);
    if (scope == Scope::tree) add_descendants(stat.id.pid, stat.name, processes, seen);
    seen.processes = std::move(processes);
    read_other_names_of_config(seen);
    return seen;
}

Snapshot Observer::look(Scope scope) const { return scope == Scope::machine ? look_at_machine() : follow_main(scope); }

Status Observer::read_processes(Snapshot& seen) const {
    const auto own = proc_.own_namespaces();
    if (!own) return own.error();
    constexpr auto unknown = static_cast<uid_t>(-1);
    const auto* user = value_of(seen.user);
    if (const auto sight = sees_processes_of(user == nullptr ? unknown : *user, proc_); !sight) return sight;
    const auto pids = proc_.pids();
    if (!pids) return pids.error();
    std::vector<PgpoolProcess> processes;
    for (const auto pid : *pids) {
        const auto stat = proc_.stat(pid);
        if (!stat && vanished(stat.error())) continue;
        if (!stat) return stat.error();
        if (!is_on_record(*stat, seen) && !has_name_of_pgpool(*stat) && !is_pgpool_by_another_name(*stat)) {
            if (!stat->dead()) seen.others.push_back(*stat);
            continue;
        }
        if (stat->dead()) {
            seen.dead.push_back(*stat);
            continue;
        }
        const auto inspected = inspect_candidate(*stat, *own, processes, seen);
        if (!inspected && !vanished(inspected.error())) return inspected.error();
        if (!inspected) add_ending(*stat, processes, seen);
    }
    seen.processes = std::move(processes);
    return Done{};
}

// In a container the same path is another file.
bool Observer::has_another_config(const PgpoolProcess& process) const {
    const auto config = config_of_main(process.arguments);
    if (!config || !config->is_absolute()) return false;
    const auto ours = file_id(instance_.config);
    const auto theirs = proc_.file_seen_by(process.stat.id.pid, *config);
    return ours && theirs && *ours != *theirs;
}

Status Observer::inspect_candidate(const ProcessStat& stat, const Namespaces& own,
                                   std::vector<PgpoolProcess>& processes, Snapshot& seen) const {
    auto process = inspect(stat, own, is_on_record(stat, seen));
    if (!process) return process.error();
    if (!*process) return Done{};
    auto shared_memory = proc_.shared_memory(stat.id.pid);
    if (!shared_memory && !is_denied(shared_memory.error())) return shared_memory.error();
    if (shared_memory) (*process)->shared_memory = std::move(*shared_memory);
    if ((*process)->has_our_mounts) {
        processes.push_back(std::move(**process));
    } else if (!has_another_config(**process)) {
        seen.elsewhere.push_back(std::move(**process));
    }
    return Done{};
}

Snapshot Observer::look_at_machine() const {
    Snapshot seen;
    seen.complete = true;
    read_record(seen);
    read_configuration(seen);
    read_user(seen);
    // Before the processes: a socket that is opened meanwhile must not look like nobody's.
    read_listeners(seen);
    const auto read = read_processes(seen);
    if (!read) {
        seen.processes = read.error();
        return seen;
    }
    read_other_names_of_config(seen);
    find_holders(seen);
    return seen;
}

// Who is no pgpool and holds a port or a UNIX socket that ours needs.
void Observer::find_holders(Snapshot& seen) const {
    const auto* processes = value_of(seen.processes);
    const auto* tcp = value_of(seen.tcp_listeners);
    const auto* unix = value_of(seen.unix_listeners);
    if (processes == nullptr || tcp == nullptr || unix == nullptr) return;
    std::set<ino_t> of_pgpool;
    for (const auto* all : {processes, &std::as_const(seen.elsewhere)})
        for (const auto& process : *all) of_pgpool.insert(process.sockets.begin(), process.sockets.end());
    std::map<ino_t, PortHolder> ports;
    for (const auto& listener : *tcp)
        if (!of_pgpool.contains(listener.inode))
            ports.emplace(listener.inode,
                          PortHolder{listener.port, listener.address, 0, "", listener.ipv6_only, listener.inode});
    const auto needed = sockets_of_interest(seen);
    std::map<ino_t, SocketHolder> sockets;
    for (const auto& listener : *unix)
        if (listener.has_file && !of_pgpool.contains(listener.inode) &&
            std::ranges::find(needed, listener.path) != needed.end() &&
            !is_dead_socket(listener.path))  // somebody's of the same name, where we do not see it
            sockets.emplace(listener.inode, SocketHolder{listener.path, 0, ""});
    if (ports.empty() && sockets.empty()) return;
    const auto note = [](auto& holders, ino_t inode, const ProcessStat& stat) {
        const auto found = holders.find(inode);
        if (found == holders.end() || found->second.pid != 0) return;
        found->second.pid = stat.id.pid;
        found->second.name = stat.name;
    };
    for (const auto& stat : seen.others) {
        for (const auto inode : proc_.sockets(stat.id.pid).value_or({})) {
            note(ports, inode, stat);
            note(sockets, inode, stat);
        }
    }
    for (auto& [inode, holder] : ports) seen.port_holders.push_back(std::move(holder));
    for (auto& [inode, holder] : sockets) seen.socket_holders.push_back(std::move(holder));
}

}  // namespace ra
