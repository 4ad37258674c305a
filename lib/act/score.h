#pragma once

#include "act/operation.h"
#include "observe/roles.h"

namespace ra {

// Tells Pacemaker how much this instance should have the promoted role. A failure is logged and no more than that.
void publish_score(const Operation& operation, const RoleFacts& facts);
void forbid_promotion(const Operation& operation);
void remove_score(const Operation& operation);

}  // namespace ra
