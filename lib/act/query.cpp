#include "act/query.h"

#include <algorithm>
#include <thread>

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds before_second_look = 500ms;

}  // namespace

QueryFindings query(const Operation& operation, const Snapshot& seen, const Classification& now) {
    using Answer = QueryFindings::Answer;
    if (now.condition != Condition::running) return {Answer::not_possible, now.because};
    const auto* at = endpoints_of(seen, now.family);
    const auto address = client_address(seen, now.family);
    if (at == nullptr || !address) return {Answer::not_possible, "it is not known where pgpool accepts clients"};
    const auto ask = [&] { return query_through_pgpool(operation.parameters, *address, at->port, operation.deadline); };
    auto found = ask();
    if (found.answer != Answer::lost_main_node) return found;
    std::this_thread::sleep_for(std::min(before_second_look, operation.deadline.remaining()));
    return ask();
}

}  // namespace ra
