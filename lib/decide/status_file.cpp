#include "decide/status_file.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "decide/alignment.h"
#include "decide/takeover.h"

namespace ra {

namespace {

bool is_unreachable(const BackendView& backend) {
    return value_of(backend.state) == nullptr && !backend.answers_without_state;
}

bool may_be_attached(const BackendView& standby, const BackendView& primary) {
    return follows(standby, primary) && value_of(standby.state)->replays_late.empty();
}

std::string to_lines(const std::vector<BackendView>& backends, const std::set<int>& down) {
    std::string lines;
    int line = 0;
    for (const auto& backend : backends) {
        for (; line < backend.id; ++line) lines += "unused\n";
        lines += down.contains(backend.id) ? "down\n" : "up\n";
        ++line;
    }
    return lines;
}

}  // namespace

std::optional<StatusBeforeStart> status_before_start(const RoleFacts& facts, TakeoverBy takeover) {
    if (facts.has_watchdog || !facts.has_streaming_replication) return std::nullopt;
    const auto& backends = facts.backends;
    const auto* primary = find_newest_primary(facts).newest;
    std::set<int> down;
    std::string keeps_out;
    for (const auto& backend : backends) {
        const bool is_lost = primary != nullptr && is_unreachable(backend);
        if (is_lost || why_overtaken(backend, facts)) down.insert(backend.id);
        if (auto why = why_behind_served(backend, facts); why && backend.is_writable()) keeps_out = std::move(*why);
    }
    if (!down.empty()) {
        for (const auto& backend : backends)
            if (primary != nullptr && backend.is_standby() && !may_be_attached(backend, *primary))
                down.insert(backend.id);
        return StatusBeforeStart{to_lines(backends, down), std::move(keeps_out)};
    }
    if (primary != nullptr) return std::nullopt;
    const bool failover_is_needed = std::ranges::any_of(backends, &BackendView::is_standby) &&
                                    std::ranges::any_of(backends, is_unreachable) &&
                                    std::ranges::none_of(backends, &BackendView::is_writable) &&
                                    std::ranges::none_of(backends, &BackendView::answers_without_state);
    if (!failover_is_needed) return std::nullopt;
    if (takeover != TakeoverBy::nobody && find_lost_primary(facts).found)
        for (const int id : silent_servers(facts)) down.insert(id);
    return StatusBeforeStart{to_lines(backends, down)};
}

std::set<int> down_in_status(std::string_view lines) {
    std::set<int> down;
    int id = 0;
    for (const auto line : split(lines, '\n')) {
        if (line == "down") down.insert(id);
        ++id;
    }
    return down;
}

}  // namespace ra
