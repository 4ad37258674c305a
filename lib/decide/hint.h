#pragma once

#include <optional>
#include <string>

#include "facts/backend.h"

namespace ra {

// What mends a trouble with the roles, as a sentence that names the parameter or the command; nothing where only
// PostgreSQL or time can.
[[nodiscard]] std::optional<std::string> hint_for(const RoleFacts& facts);

}  // namespace ra
