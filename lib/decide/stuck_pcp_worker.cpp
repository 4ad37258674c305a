#include "decide/stuck_pcp_worker.h"

#include <algorithm>

namespace ra {

std::vector<ProcessId> workers_that_block_main(const Snapshot& seen, const ProcessTree& tree) {
    const auto is_child_of_main = [&](const ProcessStat& dead) { return dead.parent == tree.main->stat.id.pid; };
    if (!tree.main || std::ranges::none_of(seen.dead, is_child_of_main)) return {};
    return pcp_workers(tree);
}

}  // namespace ra
