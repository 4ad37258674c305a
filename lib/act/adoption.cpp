#include "act/adoption.h"

#include <set>

#include "ocf/log.h"

namespace ra {

Status begin_record(const Operation& operation, const Endpoints& at, ProcessId main, std::vector<int> shared_memory) {
    return operation.observer.record().write({{main, operation.parameters.config, at, std::move(shared_memory)}});
}

std::vector<int> shared_memory_of(const ProcessTree& tree) {
    std::set<int> ids(tree.main->shared_memory.begin(), tree.main->shared_memory.end());
    for (const auto& child : tree.children) ids.insert(child.shared_memory.begin(), child.shared_memory.end());
    return {ids.begin(), ids.end()};
}

Status adopt(const Operation& operation, const ProcessId& main) {
    const auto& record = operation.observer.record().read();
    if (record && *record && (*record)->started.main == main) return Done{};
    const auto seen = operation.observer.look();
    const auto now = classify(seen, operation.observer.instance());
    if (now.condition != Condition::running || now.tree.main->stat.id != main) return Error{now.because};
    const auto* at = endpoints_of(seen, now.tree);
    if (at == nullptr) return std::get<Error>(seen.configured);
    log_info("adopted running pgpool {} (not started by this agent)", main.pid);
    return begin_record(operation, *at, main, shared_memory_of(now.tree));
}

}  // namespace ra
