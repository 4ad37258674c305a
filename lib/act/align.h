#pragma once

#include "act/operation.h"
#include "decide/alignment.h"

namespace ra {

// For one look at the roles. pgpool itself waits up to 10 s for a frozen backend before PCP answers. No longer than
// needed: while a monitor waits, Pacemaker cannot stop or demote.
inline constexpr Milliseconds patience_with_answers = std::chrono::seconds(12);

// How pgpool's roles and PostgreSQL's stand to each other after an alignment.
struct Alignment {
    RoleFacts facts;
    AlignmentStep state;        // Agreed, or what is left to do and why it was not done
    bool unresponsive = false;  // PCP gave no answer, or pgpool waits for a command of its own
};

// Looks at the roles of a running pgpool and, if `may_act`, makes them agree. Each request is sent once and verified by
// what pgpool says afterwards; only one alignment of an instance runs at a time.
[[nodiscard]] Alignment align(const Operation& operation, bool may_act, Deadline deadline);

}  // namespace ra
