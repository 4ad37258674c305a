#include "act/adoption.h"

#include <set>

#include "ocf/log.h"

namespace ra {

Status begin_record(const Operation& operation, const Endpoints& at, ProcessId main, std::vector<int> shared_memory) {
    Record record;
    record.main = main;
    record.config = operation.parameters.config;
    record.endpoints = at;
    record.shared_memory = std::move(shared_memory);
    return operation.observer.record().write(record);
}

std::vector<int> shared_memory_of(const Family& family) {
    std::set<int> ids(family.main->shared_memory.begin(), family.main->shared_memory.end());
    for (const auto& member : family.members) ids.insert(member.shared_memory.begin(), member.shared_memory.end());
    return {ids.begin(), ids.end()};
}

Status adopt(const Operation& operation, const ProcessId& main) {
    const auto record = operation.observer.record().read();
    if (record && *record && (*record)->main == main) return Done{};
    const auto seen = operation.observer.look();
    const auto now = classify(seen, operation.observer.instance());
    if (now.condition != Condition::running || now.family.main->stat.id != main) return Error{now.because};
    const auto* at = endpoints_of(seen, now.family);
    if (at == nullptr) return std::get<Error>(seen.configured);
    log_info("pgpool {} is looked after from now on: the agent has not started it", main.pid);
    return begin_record(operation, *at, main, shared_memory_of(now.family));
}

}  // namespace ra
