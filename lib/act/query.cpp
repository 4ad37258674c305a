#include "act/query.h"

#include <algorithm>
#include <thread>

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr int looks = 3;
constexpr Milliseconds between_looks = 500ms;

}  // namespace

QueryFindings query(const Operation& operation, const Snapshot& seen, const Classification& now) {
    using Answer = QueryFindings::Answer;
    if (now.condition != Condition::running) return {Answer::not_possible, now.because};
    const auto* at = endpoints_of(seen, now.family);
    const auto address = client_address(seen, now.family);
    if (at == nullptr || !address) return {Answer::not_possible, "it is not known where pgpool accepts clients"};
    for (int look = 1;; ++look) {
        auto found = query_through_pgpool(operation.parameters, *address, at->port, operation.deadline);
        if (found.answer != Answer::lost_main_node || look == looks) return found;
        std::this_thread::sleep_for(std::min(between_looks, operation.deadline.remaining()));
    }
}

}  // namespace ra
