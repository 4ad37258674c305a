#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ocf/environment.h"
#include "ocf/exit_code.h"

namespace ra {

// explain [--json] [RESOURCE] [PARAMETER=VALUE…], by hand: what there is, and what each action would do about it. The
// parameters are those of the resource in the cluster, where it can be asked, then those of the environment, then those
// of the command line; without a name, of the only such resource there is. Changes nothing. The text to print, or why
// there is none.
[[nodiscard]] std::variant<std::string, Outcome> explain_by_hand(std::span<const std::string_view> arguments,
                                                                 const Environment& environment);

}  // namespace ra
