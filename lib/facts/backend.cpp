#include "facts/backend.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra {

std::string BackendView::name() const { return fmt::format("node {} ({}:{})", id, host, port); }

bool BackendView::is_writable() const {
    const auto* said = value_of(state);
    return said != nullptr && !said->in_recovery;
}

bool BackendView::is_standby() const {
    const auto* said = value_of(state);
    return said != nullptr && said->in_recovery;
}

bool BackendView::serves_writes() const {
    const auto* seen = value_of(node);
    return is_writable() && seen != nullptr && seen->role == NodeRole::primary && seen->attached();
}

bool BackendView::is_silent() const { return value_of(state) == nullptr && was_asked && !host_answers; }

const BackendView* find_served(const RoleFacts& facts) {
    const auto found = std::ranges::find_if(facts.backends, &BackendView::serves_writes);
    return found == facts.backends.end() ? nullptr : &*found;
}

std::vector<int> silent_servers(const RoleFacts& facts) {
    std::vector<int> ids;
    for (const auto& backend : facts.backends)
        if (backend.is_silent() || backend.hangs) ids.push_back(backend.id);
    return ids;
}

}  // namespace ra
