#include "decide/blocked_main.h"

#include <algorithm>

#include "decide/stopped_children.h"
#include "facts/titles.h"

namespace ra {

std::vector<ProcessId> workers_that_block_main(const Snapshot& seen, const ProcessTree& tree) {
    const auto is_child_of_main = [&](const ProcessStat& dead) { return dead.parent == tree.main->stat.id.pid; };
    if (!tree.main || std::ranges::none_of(seen.dead, is_child_of_main)) return {};
    return pcp_workers(tree);
}

std::optional<ProcessId> check_that_may_block_main(const ProcessTree& tree) {
    if (!is_childless(tree)) return {};
    const auto found = std::ranges::find_if(tree.children, [](const PgpoolProcess& child) {
        return title_of(child).starts_with(titles::streaming_check) && (child.stat.sleeps() || child.stat.stopped());
    });
    if (found == tree.children.end()) return {};
    return found->stat.id;
}

}  // namespace ra
