#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/observed.h"
#include "facts/cluster.h"
#include "ocf/environment.h"
#include "ocf/exit_code.h"

namespace ra {

// An action that a person runs: NAME [FLAG] [RESOURCE] [PARAMETER=VALUE…].
struct HandAction {
    std::string_view name;
    std::string_view flag;  // empty: it has none
};

// What Pacemaker would hand over for the resource that is meant: by its name, or the only one there is. The parameters
// are those of the resource in the cluster, where it can be asked, then those of the environment, then those of the
// command line.
struct ByHand {
    bool has_flag = false;
    Environment environment;
    Observed<ClusterConfiguration> configuration;
    std::string origin;  // of the parameters, in words
};

// Needs root. An outcome says why it cannot be told what is meant.
[[nodiscard]] std::variant<ByHand, Outcome> by_hand(const HandAction& action,
                                                    std::span<const std::string_view> arguments,
                                                    const Environment& environment);

}  // namespace ra
