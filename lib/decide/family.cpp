#include "decide/family.h"

#include <algorithm>
#include <map>

#include "ocf/defaults.h"

namespace ra {

namespace {

constexpr std::string_view title_prefix = "pgpool: ";
constexpr std::string_view short_options_with_value = "afFkm";

using Processes = std::vector<PgpoolProcess>;

bool share(const std::vector<int>& first, const std::vector<int>& second) {
    return std::ranges::any_of(first, [&](int id) { return std::ranges::find(second, id) != second.end(); });
}

// A forked copy of main has main's arguments until it writes its title: its parent tells it apart.
bool is_copy_of_another(const PgpoolProcess& process, const Processes& mains) {
    return std::ranges::any_of(mains,
                               [&](const PgpoolProcess& main) { return main.stat.id.pid == process.stat.parent; });
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
    return seen.record && seen.record->main == process.stat.id;
}

// With an account that does not exist here the question has no answer, and the configuration file alone must do.
bool runs_as_expected_user(const PgpoolProcess& process, const Snapshot& seen) {
    const auto* user = value_of(seen.user);
    return user == nullptr || process.owner == *user || process.owner == 0;
}

bool is_ours(const PgpoolProcess& main, const Snapshot& seen, const Instance& instance) {
    if (is_on_record(main, seen)) return true;
    if (!runs_as_expected_user(main, seen)) return false;
    const auto config = *config_of_main(main.arguments);
    if (config.is_absolute()) return config.lexically_normal() == instance.config.lexically_normal();
    // Relative to a directory that nobody knows any more: only with the pid file's word for it.
    return config.filename() == instance.config.filename() && pid_in_file(seen) == main.stat.id.pid;
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

// Who descends from whom, over all processes that were seen.
class Ancestry {
 public:
    explicit Ancestry(const Snapshot& seen, const Processes& processes) {
        for (const auto& stat : seen.others) parents_[stat.id.pid] = stat.parent;
        for (const auto& process : processes) parents_[process.stat.id.pid] = process.stat.parent;
    }

    [[nodiscard]] bool descends(pid_t pid, pid_t ancestor) const {
        // The table is no single moment: pids that were given again could close a circle.
        for (std::size_t steps = 0; steps <= parents_.size(); ++steps) {
            const auto found = parents_.find(pid);
            if (found == parents_.end()) return false;
            pid = found->second;
            if (pid == ancestor) return true;
        }
        return false;
    }

 private:
    std::map<pid_t, pid_t> parents_;
};

bool belongs_to(const PgpoolProcess& main, const PgpoolProcess& process, const Ancestry& ancestry) {
    if (process.stat.id == main.stat.id) return true;
    return ancestry.descends(process.stat.id.pid, main.stat.id.pid) || process.stat.session == main.stat.id.pid ||
           share(main.shared_memory, process.shared_memory);
}

// Sessions of main processes of ours that are dead. As long as a session has members, the kernel gives its number to no
// new process, so that the number alone is proof.
std::set<pid_t> dead_sessions(const Snapshot& seen, const Processes& processes) {
    std::set<pid_t> sessions;
    if (seen.record) sessions.insert(seen.record->main.pid);
    if (const auto pid = pid_in_file(seen)) sessions.insert(*pid);
    const auto is_alive = [&](pid_t pid) {
        return std::ranges::any_of(seen.others, [&](const auto& s) { return s.id.pid == pid; }) ||
               std::ranges::any_of(processes, [&](const auto& p) { return p.stat.id.pid == pid; });
    };
    std::erase_if(sessions, is_alive);
    return sessions;
}

// Inodes of the sockets that accept connections where our pgpool should.
std::set<ino_t> service_inodes(const Snapshot& seen, const Endpoints& at) {
    std::set<ino_t> inodes;
    if (const auto* listeners = value_of(seen.tcp_listeners))
        for (const auto& listener : *listeners)
            if (listener.port == at.port || listener.port == at.pcp_port) inodes.insert(listener.inode);
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
    if (seen.record) inodes.merge(service_inodes(seen, seen.record->endpoints));
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

Processes find_orphans(const Snapshot& seen, Processes unclaimed, const std::set<pid_t>& sessions) {
    const auto inodes = service_inodes(seen);
    auto shared_memory = seen.record ? seen.record->shared_memory : std::vector<int>();
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

std::vector<ProcessStat> find_commands(const Snapshot& seen, const std::optional<PgpoolProcess>& main,
                                       const Ancestry& ancestry, const std::set<pid_t>& sessions) {
    const auto holds_port = [&](pid_t pid) {
        return std::ranges::find(seen.port_holders, pid, &PortHolder::pid) != seen.port_holders.end();
    };
    std::vector<ProcessStat> commands;
    for (const auto& stat : seen.others) {
        const bool of_main = main && ancestry.descends(stat.id.pid, main->stat.id.pid);
        const bool left_behind = sessions.contains(stat.session) && holds_port(stat.id.pid);
        if (of_main || left_behind) commands.push_back(stat);
    }
    return commands;
}

}  // namespace

std::string_view title_of(const PgpoolProcess& process) {
    if (process.arguments.empty() || !process.arguments.front().starts_with(title_prefix)) return {};
    return process.arguments.front();
}

std::optional<std::filesystem::path> config_of_main(const std::vector<std::string>& arguments) {
    constexpr std::string_view long_option = "--config-file";
    if (arguments.empty() || arguments.front().empty() || arguments.front().starts_with(title_prefix))
        return std::nullopt;
    std::filesystem::path config(defaults::config);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        const auto next = i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : std::string_view();
        if (!word.starts_with('-')) return std::nullopt;  // pgpool stop, pgpool reload
        if (word.starts_with("--")) {
            const auto equals = word.find('=');
            const bool takes_next = equals == std::string_view::npos && (word == long_option || word == "--hba-file" ||
                                                                         word == "--pcp-file" || word == "--key-file");
            if (word.substr(0, equals) == long_option) config = takes_next ? next : word.substr(equals + 1);
            if (takes_next) ++i;
            continue;
        }
        const auto at = word.find_first_of(short_options_with_value, 1);
        if (at == std::string_view::npos) continue;
        const bool takes_next = at + 1 == word.size();
        if (word[at] == 'f') config = takes_next ? next : word.substr(at + 1);
        if (takes_next) ++i;
    }
    return config;
}

Family find_family(const Snapshot& seen, const Instance& instance) {
    Family family;
    const auto* processes = value_of(seen.processes);
    if (processes == nullptr) return family;
    const Ancestry ancestry(seen, *processes);
    const auto owned_by = [&ancestry](const PgpoolProcess& main) {
        return [&ancestry, &main](const PgpoolProcess& process) { return belongs_to(main, process, ancestry); };
    };

    auto of_others = mains_among(*processes);
    auto ours = take_if(of_others, [&](const auto& main) { return is_ours(main, seen, instance); });
    family.main = choose_main(ours, *processes, seen);

    auto unclaimed = *processes;
    if (family.main) {
        take_if(unclaimed, [&](const auto& process) { return process.stat.id == family.main->stat.id; });
        family.members = take_if(unclaimed, owned_by(*family.main));
    }
    for (const auto& other : of_others) take_if(unclaimed, owned_by(other));
    // A second main with our configuration, and what it has forked, is in nobody's service.
    for (const auto& rival : ours) append(family.orphans, take_if(unclaimed, owned_by(rival)));

    const auto sessions = dead_sessions(seen, *processes);
    append(family.orphans, find_orphans(seen, std::move(unclaimed), sessions));
    family.commands = find_commands(seen, family.main, ancestry, sessions);
    return family;
}

const Endpoints* endpoints_of(const Snapshot& seen, const Family& family) {
    const bool on_record = family.main ? is_on_record(*family.main, seen) : seen.record.has_value();
    const auto* configured = value_of(seen.configured);
    if (on_record || (configured == nullptr && seen.record)) return &seen.record->endpoints;
    return configured;
}

}  // namespace ra
