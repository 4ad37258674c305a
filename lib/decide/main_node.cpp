#include "decide/main_node.h"

#include <optional>

namespace ra {

bool has_lost_main_node(const QueryFindings& found) {
    // "master" up to version 4.1
    return found.answer == QueryFindings::Answer::refused &&
           (found.detail.find("kind does not match between main(0)") != std::string::npos ||
            found.detail.find("kind does not match between master(0)") != std::string::npos);
}

bool may_have_lost_main_node(const RoleFacts& facts) {
    std::optional<NodeRole> lowest;
    for (const auto& backend : facts.backends) {
        const auto* node = value_of(backend.node);
        if (node == nullptr || !node->attached()) continue;
        if (value_of(backend.state) == nullptr) return false;
        if (!lowest) lowest = node->role;
    }
    return lowest == NodeRole::standby;
}

}  // namespace ra
