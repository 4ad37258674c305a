#pragma once

#include "act/operation.h"
#include "ocf/exit_code.h"

namespace ra {

// pgpool sends writes to the newest primary, and this instance has the promoted role. Where PostgreSQL is still being
// promoted it waits up to promote_wait; then it succeeds all the same, and each monitor of level 10 tries again.
[[nodiscard]] Outcome promote(const Operation& operation);

// Takes the promoted role away; pgpool runs on. A stopped pgpool is as good as demoted.
[[nodiscard]] Outcome demote(const Operation& operation);

// Nothing is asked of it; its result would be ignored.
[[nodiscard]] Outcome notify(const Operation& operation);

}  // namespace ra
