#include "decide/process_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "facts/address.h"
#include "facts/command_line.h"
#include "facts/titles.h"

namespace ra {

namespace {

using Processes = std::vector<PgpoolProcess>;

bool share(const std::vector<int>& first, const std::vector<int>& second) {
    return std::ranges::any_of(first, [&](int id) { return std::ranges::find(second, id) != second.end(); });
}

// A forked copy of main has main's arguments until it writes its title: its parent tells it apart.
bool is_copy_of_another(const PgpoolProcess& process, const Processes& mains) {
    return std::ranges::any_of(mains, [&](const PgpoolProcess& main) {
        return main.stat.id.pid == process.stat.parent && main.arguments == process.arguments;
    });
}

Processes mains_among(const Processes& processes) {
    Processes with_arguments;
    std::ranges::copy_if(processes, std::back_inserter(with_arguments),
                         [](const auto& process) { return config_of_main(process.arguments).has_value(); });
    Processes mains;
    std::ranges::copy_if(with_arguments, std::back_inserter(mains),
                         [&](const auto& process) { return !is_copy_of_another(process, with_arguments); });
    return mains;
}

std::optional<pid_t> pid_in_file(const Snapshot& seen) {
    const auto* file = value_of(seen.pid_file);
    if (file == nullptr || !*file || (*file)->pid == 0) return std::nullopt;
    return (*file)->pid;
}

bool is_on_record(const PgpoolProcess& process, const Snapshot& seen) {
    return seen.record && seen.record->started.main == process.stat.id;
}

// With an account that does not exist here the question has no answer, and the configuration file alone must do.
bool runs_as_expected_user(const PgpoolProcess& process, const Snapshot& seen) {
    const auto* user = value_of(seen.user);
    return user == nullptr || process.owner == *user || process.owner == 0;
}

bool has_our_config(const PgpoolProcess& main, const Snapshot& seen, const Instance& instance) {
    const auto config = *config_of_main(main.arguments);
    if (config.is_absolute())
        return config.lexically_normal() == instance.config.lexically_normal() ||
               seen.other_names_of_config.contains(config);
    // Relative to a directory that nobody knows any more: only with the pid file's word for it.
    return config.filename() == instance.config.filename() && pid_in_file(seen) == main.stat.id.pid;
}

// Without -f the file depends on the executable: another one may have been built with another default.
bool may_have_another_default(const PgpoolProcess& main) {
    return !names_its_config(main.arguments) && !main.has_our_binary;
}

bool is_ours(const PgpoolProcess& main, const Snapshot& seen, const Instance& instance) {
    if (is_on_record(main, seen)) return true;
    return runs_as_expected_user(main, seen) && main.is_readable && !may_have_another_default(main) &&
           has_our_config(main, seen, instance);
}

// Why it cannot be told whether a main that is not ours by the rules is ours all the same; empty if it is another's.
std::string doubt_about(const PgpoolProcess& main, const Snapshot& seen, const Instance& instance) {
    if (!has_our_config(main, seen, instance)) return {};
    const auto pid = main.stat.id.pid;
    if (may_have_another_default(main) && main.is_readable) {
        if (pid_in_file(seen) != pid) return {};
        return fmt::format("pgpool {} has our pid file, but runs another executable and without -f", pid);
    }
    if (!main.is_readable)
        return fmt::format("pgpool {} cannot be looked at: the agent lacks the capability CAP_SYS_PTRACE", pid);
    if (!main.has_our_mounts)
        return fmt::format("pgpool {} runs with this configuration, but in another mount namespace (PrivateTmp=?)",
                           pid);
    if (!runs_as_expected_user(main, seen))
        return fmt::format("pgpool {} runs with this configuration, but as uid {} (expected user {})", pid, main.owner,
                           instance.user);
    return {};
}

std::string find_doubt(const Snapshot& seen, const Processes& mains, const Instance& instance) {
    for (const auto* candidates : {&mains, &seen.elsewhere})
        for (const auto& main : *candidates)
            if (config_of_main(main.arguments))
                if (auto doubt = doubt_about(main, seen, instance); !doubt.empty()) return doubt;
    return {};
}

bool has_child(const PgpoolProcess& main, const Processes& processes) {
    return std::ranges::any_of(processes, [&](const PgpoolProcess& process) {
        return process.stat.parent == main.stat.id.pid && !title_of(process).empty();
    });
}

// Of several candidates: the one on record, the one in the pid file, the one with children. A process without any of
// the three is what a dead main has left behind (a child for follow_primary_command keeps main's arguments).
std::optional<PgpoolProcess> choose_main(const Processes& candidates, const Processes& processes,
                                         const Snapshot& seen) {
    const auto on_record =
        std::ranges::find_if(candidates, [&](const auto& process) { return is_on_record(process, seen); });
    if (on_record != candidates.end()) return *on_record;
    const auto in_file =
        std::ranges::find_if(candidates, [&](const auto& process) { return pid_in_file(seen) == process.stat.id.pid; });
    if (in_file != candidates.end()) return *in_file;
    const auto parent =
        std::ranges::find_if(candidates, [&](const auto& process) { return has_child(process, processes); });
    if (parent != candidates.end()) return *parent;
    return std::nullopt;
}

// Which main a process belongs to.
class Ownership {
 public:
    Ownership(const Snapshot& seen, const Processes& processes, const Processes& mains) : mains_(mains) {
        for (const auto& stat : seen.others) parents_[stat.id.pid] = stat.parent;
        for (const auto& process : processes) parents_[process.stat.id.pid] = process.stat.parent;
    }

    // The nearest main above it: a command of one pgpool may have started another. Null if there is none.
    [[nodiscard]] const PgpoolProcess* ancestor(pid_t pid) const {
        // The table is no single moment: pids that were given again could close a circle.
        for (std::size_t steps = 0; steps <= parents_.size(); ++steps) {
            const auto main = std::ranges::find_if(mains_, [pid](const auto& m) { return m.stat.id.pid == pid; });
            if (main != mains_.end()) return &*main;
            const auto parent = parents_.find(pid);
            if (parent == parents_.end()) return nullptr;
            pid = parent->second;
        }
        return nullptr;
    }

    // What main has forked may have lost its parent, but not its session and its memory.
    [[nodiscard]] const PgpoolProcess* owner(const PgpoolProcess& process) const {
        if (const auto* main = ancestor(process.stat.id.pid)) return main;
        const auto kin = std::ranges::find_if(mains_, [&](const PgpoolProcess& main) {
            return process.stat.session == main.stat.id.pid || share(main.shared_memory, process.shared_memory);
        });
        return kin == mains_.end() ? nullptr : &*kin;
    }

    [[nodiscard]] bool owns(const PgpoolProcess& main, const PgpoolProcess& process) const {
        const auto* found = owner(process);
        return found != nullptr && found->stat.id == main.stat.id;
    }

 private:
    const Processes& mains_;
    std::map<pid_t, pid_t> parents_;
};

// Sessions of main processes of ours that are dead. As long as a session has processes, the kernel gives its number to
// no new process, so that the number alone is proof.
std::set<pid_t> dead_sessions(const Snapshot& seen, const Processes& processes) {
    std::set<pid_t> sessions;
    if (seen.record) sessions.insert(seen.record->started.main.pid);
    if (const auto pid = pid_in_file(seen)) sessions.insert(*pid);
    const auto is_alive = [&](pid_t pid) {
        return std::ranges::any_of(seen.others, [&](const auto& s) { return s.id.pid == pid; }) ||
               std::ranges::any_of(processes, [&](const auto& p) { return p.stat.id.pid == pid; });
    };
    std::erase_if(sessions, is_alive);
    return sessions;
}

bool is_among(const TcpListener& listener, const std::vector<std::string>& wanted) {
    return std::ranges::any_of(
        wanted, [&](const std::string& name) { return addresses_collide(listener.address, name, listener.ipv6_only); });
}

// Inodes of the sockets that accept connections where our pgpool should.
std::set<ino_t> service_inodes(const Snapshot& seen, const Endpoints& at) {
    std::set<ino_t> inodes;
    if (const auto* listeners = value_of(seen.tcp_listeners))
        for (const auto& listener : *listeners)
            if ((listener.port == at.port && is_among(listener, at.listen_addresses)) ||
                (listener.port == at.pcp_port && is_among(listener, at.pcp_listen_addresses)))
                inodes.insert(listener.inode);
    auto paths = at.service_sockets();
    std::ranges::move(at.pcp_sockets(), std::back_inserter(paths));
    if (const auto* listeners = value_of(seen.unix_listeners))
        for (const auto& listener : *listeners)
            if (std::ranges::find(paths, listener.path) != paths.end()) inodes.insert(listener.inode);
    return inodes;
}

std::set<ino_t> service_inodes(const Snapshot& seen) {
    std::set<ino_t> inodes;
    if (const auto* at = value_of(seen.configured)) inodes.merge(service_inodes(seen, *at));
    if (seen.record) inodes.merge(service_inodes(seen, seen.record->started.endpoints));
    return inodes;
}

// Moves what fits out of `from`.
template <typename Predicate>
Processes take_if(Processes& from, Predicate fits) {
    const auto first =
        std::stable_partition(from.begin(), from.end(), [&](const auto& process) { return !fits(process); });
    Processes taken(std::make_move_iterator(first), std::make_move_iterator(from.end()));
    from.erase(first, from.end());
    return taken;
}

void append(Processes& to, Processes from) { std::ranges::move(from, std::back_inserter(to)); }

// Takes them out of `unclaimed`.
Processes find_orphans(const Snapshot& seen, Processes& unclaimed, const std::set<pid_t>& sessions) {
    const auto inodes = service_inodes(seen);
    auto shared_memory = seen.record ? seen.record->started.shared_memory : std::vector<int>();
    const auto is_orphan = [&](const PgpoolProcess& process) {
        return sessions.contains(process.stat.session) ||
               std::ranges::any_of(process.sockets, [&](ino_t inode) { return inodes.contains(inode); }) ||
               share(process.shared_memory, shared_memory);
    };
    Processes orphans;
    // What shares memory with an orphan is one too, and may itself share other memory with others.
    for (auto found = take_if(unclaimed, is_orphan); !found.empty(); found = take_if(unclaimed, is_orphan)) {
        for (const auto& orphan : found) std::ranges::copy(orphan.shared_memory, std::back_inserter(shared_memory));
        append(orphans, std::move(found));
    }
    return orphans;
}

std::set<pid_t> sessions_of(const ProcessTree& tree) {
    std::set<pid_t> sessions;
    if (tree.main) sessions.insert(tree.main->stat.session);
    for (const auto* processes : {&tree.children, &tree.orphans})
        for (const auto& process : *processes) sessions.insert(process.stat.session);
    return sessions;
}

// What was started by this pgpool and is no pgpool.
std::vector<ProcessStat> find_started(const Snapshot& seen, const std::optional<PgpoolProcess>& main,
                                      const Ownership& ownership, const std::set<pid_t>& dead_sessions) {
    const auto holds_port = [&](pid_t pid) {
        return std::ranges::find(seen.port_holders, pid, &PortHolder::pid) != seen.port_holders.end();
    };
    std::vector<ProcessStat> started;
    for (const auto& stat : seen.others) {
        const auto* owner = ownership.ancestor(stat.id.pid);
        const bool of_main = main && owner != nullptr && owner->stat.id == main->stat.id;
        const bool left_behind = dead_sessions.contains(stat.session) && holds_port(stat.id.pid);
        if (of_main || left_behind) started.push_back(stat);
    }
    return started;
}

// What is forked has its parent's title, then the prefix alone, and then its own (init_ps_display(), set_ps_display()).
bool says_nothing(std::string_view title) { return title.empty() || title == titles::prefix; }

// A worker that serves a PCP client is a child of the PCP process; before the client has sent anything its title is
// empty.
bool is_pcp_worker(const PgpoolProcess& process, const PgpoolProcess& main) {
    const auto title = title_of(process);
    return process.stat.parent != main.stat.id.pid && (title.starts_with(titles::pcp) || title == titles::prefix);
}

bool is_among(const std::filesystem::path& path, const std::vector<std::filesystem::path>& paths) {
    return std::ranges::find(paths, path) != paths.end();
}

// Where main can be reached: a UNIX socket among `paths` that its file still leads to, else a TCP address.
std::optional<ClientAddress> address_of_main(const Snapshot& seen, const PgpoolProcess& main,
                                             const std::vector<std::filesystem::path>& paths, std::uint16_t port) {
    if (const auto* listeners = value_of(seen.unix_listeners))
        for (const auto& listener : *listeners)
            if (listener.has_file && is_among(listener.path, paths) && holds(main, listener.inode))
                return listener.path;
    if (const auto* listeners = value_of(seen.tcp_listeners))
        for (const auto& listener : *listeners)
            if (listener.port == port && holds(main, listener.inode)) return listener;
    return std::nullopt;
}

PcpAddress in_words_of_libpcp(const ClientAddress& address, std::uint16_t port) {
    if (const auto* path = std::get_if<std::filesystem::path>(&address)) return {path->parent_path(), port};
    const auto& listener = std::get<TcpListener>(address);
    if (listener.address == "0.0.0.0") return {"127.0.0.1", port};
    if (listener.address == "::") return {"::1", port};
    return {listener.address, port};
}

}  // namespace

std::string_view title_of(const PgpoolProcess& process) {
    if (process.arguments.empty() || !process.arguments.front().starts_with(titles::prefix)) return {};
    return process.arguments.front();
}

ProcessTree find_process_tree(const Snapshot& seen, const Instance& instance) {
    ProcessTree tree;
    const auto* processes = value_of(seen.processes);
    if (processes == nullptr) return tree;
    const auto mains = mains_among(*processes);
    const Ownership ownership(seen, *processes, mains);
    const auto owned_by = [&ownership](const PgpoolProcess& main) {
        return [&ownership, &main](const PgpoolProcess& process) { return ownership.owns(main, process); };
    };

    auto of_others = mains;
    const auto ours = take_if(of_others, [&](const auto& main) { return is_ours(main, seen, instance); });
    tree.main = choose_main(ours, *processes, seen);

    auto unclaimed = *processes;
    if (tree.main) {
        take_if(unclaimed, [&](const auto& process) { return process.stat.id == tree.main->stat.id; });
        tree.children = take_if(unclaimed, owned_by(*tree.main));
    }
    for (const auto& other : of_others) take_if(unclaimed, owned_by(other));
    // A second main with our configuration, and what it has forked, is in nobody's service.
    for (const auto& rival : ours) append(tree.orphans, take_if(unclaimed, owned_by(rival)));

    const auto sessions = dead_sessions(seen, *processes);
    append(tree.orphans, find_orphans(seen, unclaimed, sessions));
    tree.doubt = find_doubt(seen, of_others, instance);
    const auto unreadable = std::ranges::find(unclaimed, false, &PgpoolProcess::is_readable);
    if (tree.doubt.empty() && unreadable != unclaimed.end())
        tree.doubt = fmt::format("pgpool {} cannot be looked at: the agent lacks the capability CAP_SYS_PTRACE",
                                 unreadable->stat.id.pid);
    auto of_pgpool = sessions_of(tree);
    of_pgpool.insert(sessions.begin(), sessions.end());
    for (const auto& stat : find_started(seen, tree.main, ownership, sessions)) {
        const bool is_spared = !of_pgpool.contains(stat.session) || writes_data_directory(stat);
        (is_spared ? tree.spared : tree.commands).push_back(stat);
    }
    return tree;
}

bool writes_data_directory(const ProcessStat& stat) {
    constexpr std::array<std::string_view, 4> programs{"postgres", "postmaster", "pg_rewind", "pg_basebackup"};
    return std::ranges::find(programs, stat.name) != programs.end();
}

bool ProcessTree::contains(const ProcessId& process) const {
    const auto is_it = [&](const PgpoolProcess& other) { return other.stat.id == process; };
    return (main && is_it(*main)) || std::ranges::any_of(children, is_it) || std::ranges::any_of(orphans, is_it);
}

bool is_idle_child(const PgpoolProcess& process) {
    const auto title = title_of(process);
    return title.starts_with(titles::waits_for_client) || title.starts_with(titles::waits_for_lock);
}

bool serves_clients(const PgpoolProcess& process) {
    const auto title = title_of(process);
    return !says_nothing(title) && titles::kind_of(title) == nullptr;
}

bool has_newborn(const ProcessTree& tree) {
    return std::ranges::any_of(tree.children, [&](const PgpoolProcess& child) {
        return child.stat.parent == tree.main->stat.id.pid && says_nothing(title_of(child));
    });
}

bool has_pcp_process(const ProcessTree& tree) {
    return std::ranges::any_of(tree.children,
                               [](const auto& child) { return title_of(child).starts_with(titles::pcp); });
}

std::vector<ProcessId> pcp_workers(const ProcessTree& tree) {
    std::vector<ProcessId> targets;
    for (const auto& member : tree.children)
        if (is_pcp_worker(member, *tree.main)) targets.push_back(member.stat.id);
    return targets;
}

const Endpoints* endpoints_of(const Snapshot& seen, const ProcessTree& tree) {
    const bool on_record = tree.main ? is_on_record(*tree.main, seen) : seen.record.has_value();
    const auto* configured = value_of(seen.configured);
    if (on_record || (configured == nullptr && seen.record)) return &seen.record->started.endpoints;
    return configured;
}

std::optional<ClientAddress> client_address(const Snapshot& seen, const ProcessTree& tree) {
    const auto* at = endpoints_of(seen, tree);
    if (at == nullptr || !tree.main) return std::nullopt;
    return address_of_main(seen, *tree.main, at->service_sockets(), at->port);
}

Result<PcpAddress> pcp_address(const Snapshot& seen, const ProcessTree& tree) {
    const auto* at = endpoints_of(seen, tree);
    if (at == nullptr || !tree.main) return Error{"pgpool does not serve"};
    const auto address = address_of_main(seen, *tree.main, at->pcp_sockets(), at->pcp_port);
    if (address) return in_words_of_libpcp(*address, at->pcp_port);
    for (const auto& listener : *value_of(seen.unix_listeners)) {
        const auto other = other_pgpool_with(seen, tree, listener.inode);
        if (other && is_among(listener.path, at->pcp_sockets()))
            return Error{fmt::format("cannot ask pgpool {} by PCP: '{}' is the socket of pgpool {}",
                                     tree.main->stat.id.pid, listener.path.native(), other->stat.id.pid)};
    }
    return Error{fmt::format("cannot ask pgpool {} by PCP: it does not listen on pcp_port {}", tree.main->stat.id.pid,
                             at->pcp_port)};
}

std::optional<PgpoolProcess> other_pgpool_with(const Snapshot& seen, const ProcessTree& tree, ino_t inode) {
    const auto is_it = [&](const PgpoolProcess& process) {
        return !tree.contains(process.stat.id) && holds(process, inode);
    };
    if (const auto* processes = value_of(seen.processes)) {
        const auto found = std::ranges::find_if(*processes, is_it);
        if (found != processes->end()) return *found;
    }
    const auto found = std::ranges::find_if(seen.elsewhere, is_it);
    if (found != seen.elsewhere.end()) return *found;
    return std::nullopt;
}

bool holds(const PgpoolProcess& process, ino_t inode) {
    return std::ranges::find(process.sockets, inode) != process.sockets.end();
}

}  // namespace ra
