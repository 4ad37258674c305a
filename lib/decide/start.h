#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "decide/classification.h"
#include "decide/isolation.h"
#include "decide/stop.h"
#include "ocf/parameters.h"

namespace ra {

// What this start has done and learned so far.
struct StartProgress {
    std::vector<ParameterProblem> problems;  // of the parameters, or else of this host
    bool looks_for_isolation = false;        // nothing is started on an isolated node
    IsolationFacts isolation;
    Milliseconds remaining{0};
    bool cleaned = false;
    std::optional<ProcessId> launched;
    std::string unreadable;            // why pgpool.conf says nothing to the agent; empty if it does
    bool is_too_large = false;         // of the unreadable ones, what pgpool itself would take
    std::optional<std::string> ended;  // how the launched process ended, and pgpool's own last words
    std::string fatal;                 // what it has said of its end before it ended, in the log that it keeps itself
    std::string own_log;               // where that is, in words; empty: on its standard error
    Milliseconds held_unseen_for{0};   // before the launch: since somebody who is not seen has the port or the socket
    Milliseconds accepting_for{0};     // since accepts_clients is known
    Observed<bool> accepts_clients;    // asked only when the rest is well
};

struct Refuse {  // nothing was begun
    Outcome outcome;
};
struct CleanUp {  // end what is left of an earlier pgpool
    std::string because;
};
struct RemoveRemains {};  // pid file, sockets and memory that nobody owns
struct Launch {};
struct AskForAcceptance {};
struct Started {
    bool adopted;  // it ran before
};
struct FailStart {  // what was launched must not be left half alive
    std::string because;
    bool hangs = false;  // it obeys no signal but SIGKILL any more
};
using StartStep =
    std::variant<IsolationQuestion, Refuse, CleanUp, RemoveRemains, Launch, AskForAcceptance, Wait, Started, FailStart>;

// Somebody who is not among the processes that were seen has the port or the UNIX socket that ours needs.
[[nodiscard]] bool is_held_unseen(const Classification& now);

[[nodiscard]] StartStep next_start_step(const Classification& now, const StartProgress& progress);

// Of a program that could not be started, by its errno. "Not installed" keeps the resource off this node until a person
// cleans it up: want of processes, memory or files passes by itself, and is a plain error.
[[nodiscard]] ExitCode code_of_failed_launch(int number);

}  // namespace ra
