#include "decide/clients.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/stopped_children.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds first_try = 1s;
constexpr Milliseconds second_try = 5s;  // a host that is overloaded is slow, but not so slow

}  // namespace

ClientStep next_client_step(const std::vector<ClientTry>& tries, const ProcessTree& tree) {
    if (tries.empty()) return ConnectAsClient{first_try};
    if (tries.back().accepted) return ClientsAreServed{};
    if (!tree.commands.empty() || !tree.spared.empty()) return ClientsAreServed{};
    if (auto lost = why_clients_are_lost(tree)) return ClientsAreLost{std::move(*lost)};
    if (tries.size() == 1 && (!tries.back().idle.empty() || has_newborn(tree))) return ConnectAsClient{second_try};
    if (tries.back().idle.empty()) return ClientsWait{why_clients_wait(tree)};
    const auto still_waits = [&](const ProcessId& child) { return tries.back().idle.contains(child); };
    if (std::ranges::any_of(tries.front().idle, still_waits))
        return ClientsAreNotTaken{"pgpool has idle children, but accepts no client"};
    return ClientsWait{"pgpool has too few idle children to accept a client in time"};
}

std::set<ProcessId> waiting_children(const ProcessTree& tree) {
    std::set<ProcessId> waiting;
    for (const auto& child : tree.children)
        if (is_idle_child(child) && child.stat.sleeps()) waiting.insert(child.stat.id);
    return waiting;
}

}  // namespace ra
