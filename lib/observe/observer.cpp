#include "observe/observer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "facts/command_line.h"
#include "os/listeners.h"
#include "os/local_addresses.h"
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
    if (!user_) user_ = find_uid(instance_.user);
    seen.user = observed(*user_);
}

void Observer::read_listeners(Snapshot& seen) const {
    seen.tcp_listeners = observed(tcp_listeners(proc_.root(), ports_of_interest(seen)));
    seen.unix_listeners = observed(unix_listeners(proc_.root()));
}

bool Observer::has_name_of_pgpool(const ProcessStat& stat) const {
    return stat.name == "pgpool" || stat.name == instance_.executable_name.substr(0, kernel_name_length);
}

// A process of which a part cannot be read is not known: without its sockets an orphan would look like nothing.
Result<PgpoolProcess> Observer::describe(const ProcessStat& stat) const {
    const auto pid = stat.id.pid;
    const auto owner = proc_.owner(pid);
    if (!owner) return owner.error();
    auto arguments = proc_.arguments(pid);
    if (!arguments) return arguments.error();
    auto sockets = proc_.sockets(pid);
    if (!sockets) return sockets.error();
    return PgpoolProcess{stat, *owner, std::move(*arguments), std::move(*sockets), {}};
}

// Nothing if it is no pgpool of these namespaces.
Result<std::optional<PgpoolProcess>> Observer::inspect(const ProcessStat& stat, const Namespaces& own) const {
    const auto executable = proc_.executable(stat.id.pid);
    if (!executable) return executable.error();
    const auto name = executable->filename().native();
    if (name != "pgpool" && name != instance_.executable_name) return std::optional<PgpoolProcess>();
    const auto namespaces = proc_.namespaces(stat.id.pid);
    if (!namespaces) return namespaces.error();
    if (*namespaces != own) return std::optional<PgpoolProcess>();
    auto process = describe(stat);
    if (!process) return process.error();
    return std::optional(std::move(*process));
}

PgpoolProcess Observer::with_title(const ProcessStat& stat) const {
    PgpoolProcess process;
    process.stat = stat;
    if (auto arguments = proc_.arguments(stat.id.pid)) process.arguments = std::move(*arguments);
    return process;
}

void Observer::add_living_child(pid_t main, std::vector<PgpoolProcess>& processes) const {
    for (const auto pid : proc_.children(main).value_or({})) {
        const auto stat = proc_.stat(pid);
        if (!stat || stat->dead() || stat->parent != main || !has_name_of_pgpool(*stat)) continue;
        processes.push_back(with_title(*stat));
        return;
    }
}

void Observer::add_descendants(pid_t parent, std::vector<PgpoolProcess>& processes, Snapshot& seen) const {
    for (const auto pid : proc_.children(parent).value_or({})) {
        const auto stat = proc_.stat(pid);
        if (!stat || stat->parent != parent) continue;
        if (has_name_of_pgpool(*stat)) {
            if (stat->dead()) {
                seen.dead.push_back(*stat);
            } else {
                processes.push_back(with_title(*stat));
            }
        } else if (!stat->dead()) {
            seen.others.push_back(*stat);
        }
        add_descendants(pid, processes, seen);
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
    if (!own || !stat || stat->dead() || !has_name_of_pgpool(*stat)) return std::nullopt;
    read_listeners(seen);
    auto main = inspect(*stat, *own);
    return main ? std::move(*main) : std::nullopt;
}

Snapshot Observer::follow_main(Scope scope) const {
    Snapshot seen;
    auto main = find_main(seen);
    if (!main) return seen;
    const auto pid = main->stat.id.pid;
    std::vector<PgpoolProcess> processes{std::move(*main)};
    if (scope == Scope::main) add_living_child(pid, processes);
    if (scope == Scope::tree) add_descendants(pid, processes, seen);
    seen.processes = std::move(processes);
    read_other_names_of_config(seen);
    return seen;
}

Snapshot Observer::look(Scope scope) const { return scope == Scope::machine ? look_at_machine() : follow_main(scope); }

Status Observer::read_processes(Snapshot& seen) const {
    const auto own = proc_.own_namespaces();
    if (!own) return own.error();
    const auto pids = proc_.pids();
    if (!pids) return pids.error();
    std::vector<PgpoolProcess> processes;
    for (const auto pid : *pids) {
        const auto stat = proc_.stat(pid);
        if (!stat && vanished(stat.error())) continue;
        if (!stat) return stat.error();
        if (!has_name_of_pgpool(*stat)) {
            if (!stat->dead()) seen.others.push_back(*stat);
            continue;
        }
        if (stat->dead()) {
            seen.dead.push_back(*stat);
            continue;
        }
        auto process = inspect(*stat, *own);
        if (!process && vanished(process.error())) continue;
        if (!process) return process.error();
        if (!*process) continue;
        auto shared_memory = proc_.shared_memory(pid);
        if (!shared_memory && vanished(shared_memory.error())) continue;
        if (!shared_memory) return shared_memory.error();
        (*process)->shared_memory = std::move(*shared_memory);
        processes.push_back(std::move(**process));
    }
    seen.processes = std::move(processes);
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
    find_port_holders(seen);
    return seen;
}

void Observer::find_port_holders(Snapshot& seen) const {
    const auto* processes = value_of(seen.processes);
    const auto* listeners = value_of(seen.tcp_listeners);
    if (processes == nullptr || listeners == nullptr) return;
    std::set<ino_t> of_pgpool;
    for (const auto& process : *processes) of_pgpool.insert(process.sockets.begin(), process.sockets.end());
    std::map<ino_t, PortHolder> strangers;
    for (const auto& listener : *listeners)
        if (!of_pgpool.contains(listener.inode))
            strangers.emplace(listener.inode, PortHolder{listener.port, listener.address, 0, ""});
    if (strangers.empty()) return;
    for (const auto& stat : seen.others) {
        for (const auto inode : proc_.sockets(stat.id.pid).value_or({})) {
            const auto found = strangers.find(inode);
            if (found == strangers.end() || found->second.pid != 0) continue;
            found->second.pid = stat.id.pid;
            found->second.name = stat.name;
        }
    }
    for (auto& [inode, holder] : strangers) seen.port_holders.push_back(std::move(holder));
}

}  // namespace ra
