#pragma once

#include <string>
#include <string_view>

#include "base/deadline.h"
#include "observe/snapshot.h"
#include "ocf/parameters.h"
#include "system/acceptance.h"

namespace ra {

// What a query through pgpool has shown.
struct QueryFindings {
    enum class Answer {
        answered,        // all got rows
        refused,         // pgpool or PostgreSQL answered, but not with rows: password, no backend …
        lost_main_node,  // pgpool refuses whoever asks: has_lost_main_node()
        unreachable,     // nobody accepted the connection
        silent,          // no answer in time
        not_possible,    // the question could not be asked
    };
    Answer answer = Answer::not_possible;
    std::string detail;
    bool accepts_clients = false;  // a child of pgpool answered the first packet of the protocol
};

// Whether pgpool refuses clients with these words, because it has lost its main node. Its children compare each
// backend's answer to that of the main node, the lowest one that is up (pool_read_kind of Pgpool-II 4.0 to 4.6): a main
// node that has said nothing yet, "main(0)", is not the lowest. A child that could not reach the main node makes the
// next one the main node of all children (connect_backend), and only a failover, a failback or a restart takes that
// back. Answers that differ for another reason, as those of two pg_hba.conf, are no such loss.
[[nodiscard]] bool has_lost_main_node(std::string_view words);

// Asks "SELECT 1" through pgpool as some clients in turn, in a process of its own that is ended at the deadline: libpq
// is loaded only there. The user is backend_user, else pgpool.conf's sr_check_user; its password comes from
// backend_passfile, else from a sr_check_password in plain text.
[[nodiscard]] QueryFindings query_through_pgpool(const Parameters& parameters, const ClientAddress& address,
                                                 std::uint16_t port, Deadline deadline);

}  // namespace ra
