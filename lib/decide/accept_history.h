#pragma once

#include <optional>
#include <string>

#include "facts/backend.h"

namespace ra {

// What a person is told who wants a server back in service that was overtaken.
struct HistoryOffer {
    std::string text;                  // the state, and what accepting it gives up; some lines
    std::optional<History> to_accept;  // what the cluster must be told for it; nothing if there is nothing to accept
};

// `facts.known_history` is what the cluster knows to have been served. Only one writable server can be accepted: of
// several the person must stop all but that one first.
[[nodiscard]] HistoryOffer offer_history(const RoleFacts& facts);

}  // namespace ra
