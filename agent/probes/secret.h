#pragma once

#include <string>

#include "base/result.h"

namespace ra::probe {

// "<password> <its md5>": a random password of 128 bits, and what pgpool's pcp.conf wants of it.
[[nodiscard]] Result<std::string> make_secret();

}  // namespace ra::probe
