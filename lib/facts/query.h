#pragma once

#include <set>
#include <string>

#include "facts/process.h"

namespace ra {

// The result of a query through pgpool.
struct QueryFindings {
    enum class Answer {
        answered,      // all clients got rows
        refused,       // pgpool or PostgreSQL answered, but not with rows: password, no backend …
        unreachable,   // nobody accepted the connection
        silent,        // no answer in time
        not_possible,  // the question could not be asked
    };
    Answer answer = Answer::not_possible;
    std::string detail;
    bool accepts_clients = false;  // a child of pgpool answered the first packet of the protocol
};

// One connection as a client, up to the answer to its first packet. In time, a child that waits for clients takes it.
struct ClientTry {
    bool accepted = false;
    std::set<ProcessId> idle{};  // of a try in vain: the children that wait for a client just after it
};

}  // namespace ra
