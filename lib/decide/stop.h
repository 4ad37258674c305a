#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "decide/classification.h"
#include "ocf/parameters.h"

namespace ra {

// When the next, harder rung of the ladder is due, counted from the begin of the stop. Times are parts of the time the
// action has, so that the last rung leaves time to verify that it worked.
struct StopTimes {
    Milliseconds free_pcp;       // interrupt PCP workers: up to 4.4 an idle PCP client blocks main with all signals
    Milliseconds quit_children;  // signal the children directly: main forwards nothing once a shutdown has begun
    Milliseconds end_commands;   // end failover_command: main waits for it with its signals pending
    Milliseconds kill;
};
[[nodiscard]] StopTimes stop_times(StopMode mode, Milliseconds working_time);

// What this stop has done so far.
struct StopProgress {
    Milliseconds elapsed{0};
    Milliseconds remaining{0};
    bool asked = false;
    bool freed_pcp = false;
    bool quit_children = false;
    bool ended_commands = false;
};

enum class Rung { ask, free_pcp, quit_children, end_commands, kill };

// Send `signal` to each of `targets`.
struct SendSignals {
    Rung rung;
    int signal;
    std::vector<ProcessId> targets;
    std::string because;
};
// Look again when something has ended, or after this time at the latest.
struct Wait {
    Milliseconds at_most;
};
// No process is left.
struct AllEnded {};
struct GiveUp {
    std::string because;
};
using StopStep = std::variant<SendSignals, Wait, AllEnded, GiveUp>;

// "101, 102 and 3 more": the first `shown` of them.
[[nodiscard]] std::string list_pids(const std::vector<ProcessId>& processes, std::size_t shown);

// The next step that ends every process of the tree, whatever state it is in. AllEnded only with positive evidence:
// the process list was read and holds nothing of this pgpool.
[[nodiscard]] StopStep next_stop_step(const Classification& now, const StopProgress& progress, const StopTimes& times,
                                      StopMode mode);

}  // namespace ra
