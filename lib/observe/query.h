#pragma once

#include <string>

#include "base/deadline.h"
#include "observe/snapshot.h"
#include "ocf/parameters.h"
#include "system/acceptance.h"

namespace ra {

// What a query through pgpool has shown.
struct QueryFindings {
    enum class Answer {
        answered,      // rows came back
        refused,       // pgpool or PostgreSQL answered, but not with rows: password, no backend …
        unreachable,   // nobody accepted the connection
        silent,        // no answer in time
        not_possible,  // the question could not be asked
    };
    Answer answer = Answer::not_possible;
    std::string detail;
    bool accepts_clients = false;  // a child of pgpool answered the first packet of the protocol
};

// Asks "SELECT 1" through pgpool as a client does, in a process of its own that is ended at the deadline: libpq is
// loaded only there. The user is backend_user, else pgpool.conf's sr_check_user; its password comes from
// backend_passfile, else from a sr_check_password in plain text.
[[nodiscard]] QueryFindings query_through_pgpool(const Parameters& parameters, const ClientAddress& address,
                                                 std::uint16_t port, Deadline deadline);

}  // namespace ra
