#pragma once

#include <string>

#include "agent/by_hand.h"

namespace ra {

inline constexpr HandAction explain_action{"explain", "--json"};

// What there is, and what each action would do about it; with the flag for a program. Changes nothing.
[[nodiscard]] std::string explain_by_hand(ByHand request);

}  // namespace ra
