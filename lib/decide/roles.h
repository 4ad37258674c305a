#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "decide/alignment.h"
#include "ocf/exit_code.h"

namespace ra {

// How long a pgpool may be unresponsive (PCP silent, a failover_command running) before that is a failure.
inline constexpr std::chrono::minutes unresponsive_limit{10};

// What a monitor of level 10 answers after it has looked at the roles of a running pgpool. Nothing in them is cured by
// a restart, so that nothing is a failure but being unresponsive for too long: it is degraded, or success for a
// Pacemaker that does not know that code.
[[nodiscard]] Outcome judge_roles(const RoleFacts& facts, const AlignmentStep& state,
                                  std::chrono::seconds unresponsive_for, bool knows_degraded);

// Whether pgpool's children may have lost its main node (see observe/query.h). Only a query tells: PCP calls everything
// well. They give up no node but a standby like that, so that one must be the lowest that is up; and a query is worth
// its time only where all servers answer that pgpool would ask.
[[nodiscard]] bool may_have_lost_main_node(const RoleFacts& facts);

// The same answer for an instance that has the promoted role.
[[nodiscard]] ExitCode for_promoted(ExitCode code);

// How much this instance should have the promoted role: a rank that grows with the timeline of the primary that its
// pgpool sends writes to, higher if that primary is on this host. Two halves of a cluster that meet again compare what
// each has had alone, so that it must be right without the other; and it must outweigh location preferences of some
// hundreds. Nothing if pgpool sends writes to no primary that is known.
[[nodiscard]] std::optional<int> promotion_score(const RoleFacts& facts, const std::set<std::string>& own_addresses);

}  // namespace ra
