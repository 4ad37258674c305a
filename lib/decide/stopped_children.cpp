#include "decide/stopped_children.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra {

namespace {

auto count_stopped(const ProcessTree& tree) {
    return std::ranges::count_if(tree.children,
                                 [](const auto& child) { return serves_clients(child) && child.stat.stopped(); });
}

}  // namespace

std::optional<std::string> why_clients_are_lost(const ProcessTree& tree) {
    const auto serving = std::ranges::count_if(tree.children, serves_clients);
    if (serving == 0 || count_stopped(tree) < serving) return {};
    return fmt::format("all {} children of pgpool for clients are stopped (SIGSTOP)", serving);
}

bool is_childless(const ProcessTree& tree) {
    return tree.main && !has_newborn(tree) && tree.commands.empty() && tree.spared.empty() &&
           std::ranges::none_of(tree.children, serves_clients);
}

std::string why_clients_wait(const ProcessTree& tree) {
    if (is_childless(tree)) return "pgpool has no child for clients";
    return count_stopped(tree) > 0 ? "some children of pgpool are stopped (SIGSTOP), and the others are busy"
                                   : "every child of pgpool is busy";
}

}  // namespace ra
