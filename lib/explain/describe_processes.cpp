#include "explain/describe_processes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "decide/stop.h"
#include "facts/titles.h"

namespace ra {

namespace {

std::string_view kind_of(const PgpoolProcess& process) {
    if (is_idle_child(process)) return "idle children";
    const auto* kind = titles::kind_of(title_of(process));
    return kind == nullptr ? "busy children" : kind->name;
}

std::string count_kinds(const std::vector<PgpoolProcess>& processes) {
    std::map<std::string_view, int> counts;
    for (const auto& process : processes) ++counts[kind_of(process)];
    std::vector<std::string> parts;
    for (const auto& [name, count] : counts) parts.push_back(fmt::format("{}: {}", name, count));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<ProcessId> ids_of(const std::vector<PgpoolProcess>& processes) {
    std::vector<ProcessId> ids;
    for (const auto& process : processes) ids.push_back(process.stat.id);
    return ids;
}

std::string describe_main(const PgpoolProcess& main, const Diagnosis& diagnosis) {
    constexpr std::uint64_t ticks_in_a_second = 100;  // USER_HZ, in which /proc/PID/stat counts
    const auto age =
        diagnosis.facts.since_boot.count() - static_cast<std::int64_t>(main.stat.id.start_time / ticks_in_a_second);
    const bool is_on_record = diagnosis.seen.record && diagnosis.seen.record->started.main == main.stat.id;
    return fmt::format("main {}{}, {} min old{}: {}", main.stat.id.pid, main.stat.stopped() ? ", FROZEN" : "",
                       std::max<std::int64_t>(age, 0) / 60,
                       is_on_record ? "" : ", neither started nor adopted by the agent",
                       fmt::join(main.arguments, " "));
}

std::string owner_of(ino_t inode, const ProcessTree& tree) {
    const auto has_it = [inode](const PgpoolProcess& process) { return holds(process, inode); };
    if (tree.main && has_it(*tree.main)) return fmt::format("main {}", tree.main->stat.id.pid);
    if (std::ranges::any_of(tree.children, has_it)) return "a child of main";
    const auto orphan = std::ranges::find_if(tree.orphans, has_it);
    if (orphan != tree.orphans.end()) return fmt::format("ORPHAN {}", orphan->stat.id.pid);
    return {};
}

std::string stranger_on(const TcpListener& listener, const Snapshot& seen) {
    const auto holder = std::ranges::find_if(seen.port_holders, [&](const PortHolder& h) {
        return h.port == listener.port && h.address == listener.address;
    });
    if (holder == seen.port_holders.end() || holder->pid == 0) return "somebody else";
    return fmt::format("{} {}, no pgpool of this configuration", holder->name, holder->pid);
}

}  // namespace

std::vector<pid_t> pids_of(const std::vector<PgpoolProcess>& processes) {
    std::vector<pid_t> pids;
    for (const auto& process : processes) pids.push_back(process.stat.id.pid);
    return pids;
}

std::vector<std::string> describe_processes(const ProcessTree& tree, const Diagnosis& diagnosis) {
    std::vector<std::string> lines;
    if (tree.main) lines.push_back(describe_main(*tree.main, diagnosis));
    if (!tree.children.empty()) lines.push_back(count_kinds(tree.children));
    if (!tree.orphans.empty())
        lines.push_back(fmt::format("ORPHANS of a dead main ({}): process {}", count_kinds(tree.orphans),
                                    list_pids(ids_of(tree.orphans), 5)));
    for (const auto& command : tree.commands)
        lines.push_back(
            fmt::format("a command of pgpool, such as failover_command: {} {}", command.name, command.id.pid));
    for (const auto& spared : tree.spared)
        lines.push_back(
            fmt::format("started by a command of pgpool, and not ended by a stop: {} {}", spared.name, spared.id.pid));
    if (tree.empty()) lines.emplace_back("none");
    return lines;
}

std::vector<Explanation::Listener> describe_listeners(const Snapshot& seen, const ProcessTree& tree) {
    std::vector<Explanation::Listener> lines;
    if (const auto* listeners = value_of(seen.tcp_listeners))
        for (const auto& listener : *listeners) {
            auto owner = owner_of(listener.inode, tree);
            if (owner.empty()) owner = stranger_on(listener, seen);
            const bool is_ipv6 = listener.address.find(':') != std::string::npos;
            lines.push_back({is_ipv6 ? fmt::format("[{}]:{}", listener.address, listener.port)
                                     : fmt::format("{}:{}", listener.address, listener.port),
                             std::move(owner)});
        }
    if (const auto* listeners = value_of(seen.unix_listeners))
        for (const auto& listener : *listeners)
            if (auto owner = owner_of(listener.inode, tree); !owner.empty())
                lines.push_back({listener.path.native(), std::move(owner)});
    return lines;
}

}  // namespace ra
