#include "decide/monitor.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra {

Outcome judge_tree(const Classification& now) {
    switch (now.condition) {
        case Condition::running: return {};
        case Condition::clean:
        case Condition::foreign: return {ExitCode::not_running, ""};
        case Condition::dirty:
        case Condition::unknown: return {ExitCode::generic_error, now.because};
    }
    return {ExitCode::generic_error, now.because};
}

bool may_pass(const Classification& now) {
    return now.condition == Condition::dirty && now.family.main && !now.family.main->stat.stopped();
}

Outcome judge_query(const QueryFindings& found, const Family& family, bool knows_degraded) {
    const auto degraded = [&](std::string because) {
        return Outcome{knows_degraded ? ExitCode::degraded : ExitCode::success, std::move(because)};
    };
    using Answer = QueryFindings::Answer;
    switch (found.answer) {
        case Answer::answered: return {};
        // A restart cures no password and no backend.
        case Answer::refused: return degraded(fmt::format("a query through pgpool fails: {}", found.detail));
        case Answer::lost_main_node:
            return {ExitCode::generic_error,
                    fmt::format("pgpool refuses clients, as it has lost its main node: {}", found.detail)};
        case Answer::not_possible: return degraded(fmt::format("cannot query through pgpool: {}", found.detail));
        case Answer::silent:
            if (found.accepts_clients)
                return degraded("pgpool accepts clients, but a query gets no answer: a backend may hang");
            if (std::ranges::none_of(family.members, is_idle_child)) return degraded("every child of pgpool is busy");
            return {ExitCode::generic_error, "pgpool has idle children, but accepts no client"};
        case Answer::unreachable:
            return {ExitCode::generic_error, fmt::format("pgpool accepts no client: {}", found.detail)};
    }
    return {ExitCode::generic_error, found.detail};
}

}  // namespace ra
