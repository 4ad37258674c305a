#include "decide/wedge.h"

#include <algorithm>

namespace ra {

std::vector<ProcessId> workers_that_block_main(const Snapshot& seen, const Family& family) {
    const auto is_child_of_main = [&](const ProcessStat& dead) { return dead.parent == family.main->stat.id.pid; };
    if (!family.main || std::ranges::none_of(seen.dead, is_child_of_main)) return {};
    return pcp_workers(family);
}

}  // namespace ra
