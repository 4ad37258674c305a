#pragma once

#include <vector>

#include "explain/explanation.h"

namespace ra {

// For explain: each backend as pgpool sees it, beside what PostgreSQL says, and how far it is behind `newest`; null if
// the newest primary is not known.
[[nodiscard]] std::vector<Explanation::Backend> describe_backends(const RoleFacts& facts, const BackendView* newest);

}  // namespace ra
