#pragma once

#include <string>

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

}  // namespace ra
