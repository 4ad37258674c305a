#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>

#include "base/deadline.h"
#include "pgpool/probe_protocol.h"

namespace ra::probe {

// libpq's connection parameters of one backend, by their names.
using ConnectionParameters = std::map<std::string, std::string>;

using BackendAnswer = std::variant<BackendState, BackendFailure>;

// Asks all backends at once and gives each answer to `take` when it has come; what has not come by the deadline, or by
// that of its own among `earlier`, is a failure. Works from PostgreSQL 9.6 on and needs no privilege.
void ask_backends(const std::map<int, ConnectionParameters>& backends, Deadline deadline,
                  const std::map<int, Deadline>& earlier, const std::function<void(const BackendAnswer&)>& take);

// A query as an ordinary client: the exit status of the program, and why. Some clients in turn, as pgpool's children
// need not be all alike: what the first one shows that gets no rows.
struct QueryAnswer {
    int status = answered;
    std::string detail;
};
[[nodiscard]] QueryAnswer query_in_turn(const ConnectionParameters& parameters);

// As a client of pgpool whose query is a write to it: whether a server that takes writes gets it.
[[nodiscard]] QueryAnswer ask_for_primary(const ConnectionParameters& parameters);

// Makes a standby a primary by pg_promote(), which PostgreSQL has from 12 on and a superuser may call, or who is
// granted it. Returns when it takes writes, or why it does not.
[[nodiscard]] QueryAnswer promote_server(const ConnectionParameters& parameters);

}  // namespace ra::probe
