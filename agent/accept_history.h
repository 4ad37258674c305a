#pragma once

#include <variant>

#include "agent/by_hand.h"

namespace ra {

inline constexpr HandAction accept_history_action{"accept-history", "--give-up"};

// Shows what was served last, and what is given up by taking the only writable server back that was overtaken; with the
// flag the cluster is told that this server's history counts from now on. The text to print, or why there is none.
[[nodiscard]] std::variant<std::string, Outcome> accept_history_by_hand(const ByHand& request);

}  // namespace ra
