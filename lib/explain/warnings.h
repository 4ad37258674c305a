#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/cluster.h"
#include "facts/host.h"
#include "facts/settings.h"
#include "ocf/parameters.h"

namespace ra {

// What is known of the configuration; nothing of what could not be read.
struct WarningFacts {
    const Parameters& parameters;
    std::optional<PgpoolSettings> settings{};
    const ConfiguredResource* resource = nullptr;
    std::optional<bool> fences;
    std::optional<Votes> votes;
};

// What is configured so that a cut, a takeover or a reconnect will not end well: a sentence each, with the remedy. Of
// what is not known nothing is said. Sources: the behaviour of pgpool 4.0 to 4.7 and of Pacemaker's scheduler, as the
// cluster tests measure it.
[[nodiscard]] std::vector<std::string> find_warnings(const WarningFacts& facts);

// The same of what this host lacks.
[[nodiscard]] std::vector<std::string> find_host_warnings(const PcpMeans& means);

}  // namespace ra
