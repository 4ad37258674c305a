#pragma once

#include "act/operation.h"
#include "decide/isolation.h"
#include "decide/yield.h"

namespace ra {

// Each fills in the fact that is asked for. A question has a deadline of its own.
void answer(IsolationQuestion question, const Operation& operation, IsolationFacts& facts);
void answer(RivalQuestion question, const Operation& operation, RivalFacts& facts);

}  // namespace ra
