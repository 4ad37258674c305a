#pragma once

#include "decide/classification.h"
#include "observe/query.h"
#include "ocf/exit_code.h"

namespace ra {

// What a monitor of level 0, or a probe, answers. not_running only with positive evidence of absence.
[[nodiscard]] Outcome judge_tree(const Classification& now);

// True for what a failover, a start or a reload shows for a moment: a second look will tell.
[[nodiscard]] bool may_pass(const Classification& now);

// What a monitor of level 20 answers for a pgpool whose processes are well. Busy children, a slow backend or a refused
// login are no reason to restart pgpool: they are degraded, or success for a Pacemaker that does not know that code.
// A lost main node is one: nothing but a failover cures it otherwise, and meanwhile no client is served.
[[nodiscard]] Outcome judge_query(const QueryFindings& found, const Family& family, bool knows_degraded);

}  // namespace ra
