#pragma once

#include <string>

#include "tests/support/pgpool.h"
#include "tests/support/replicated_servers.h"

namespace ra::test {

// What is said to a recurring monitor of level 10: by hand, where degraded is told; and by Pacemaker, whose commands
// fail here, and to which degraded is success.
extern const Variables level_10;
extern const Variables under_pacemaker;

// A pgpool that looks for a new primary once and no longer: with a promotion that ends later it stays without one.
class ImpatientPgpool : public Pgpool {
 public:
    explicit ImpatientPgpool(const ReplicatedServers& servers);

    // From now on it does not notice that a backend is gone, so that roles can be swapped behind its back.
    void look_away() const;
};

// The old primary, number 0, is gone; number 1 was promoted after pgpool has stopped looking. pgpool, which runs, then
// says `stale` of its nodes.
void make_roles_stale(ReplicatedServers& servers, const ImpatientPgpool& pgpool, const std::string& stale);

// pgpool is stopped, and its status file has the server down, number 1, that is the primary now.
void make_status_file_stale(ReplicatedServers& servers, ImpatientPgpool& pgpool);

}  // namespace ra::test
