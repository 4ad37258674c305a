#include "decide/status_file.h"

#include <algorithm>

#include "decide/alignment.h"

namespace ra {

namespace {

bool must_be_down(const BackendView& backend, const BackendView& primary) {
    const auto* state = value_of(backend.state);
    if (state == nullptr) return !backend.answers_without_state;
    return !state->in_recovery && backend.id != primary.id;
}

}  // namespace

std::optional<std::string> status_before_start(const RoleFacts& facts) {
    const auto* primary = find_newest_primary(facts).newest;
    if (primary == nullptr || facts.has_watchdog) return std::nullopt;
    const auto is_down = [&](const BackendView& backend) { return must_be_down(backend, *primary); };
    if (std::ranges::none_of(facts.backends, is_down)) return std::nullopt;
    std::string lines;
    int line = 0;
    for (const auto& backend : facts.backends) {
        for (; line < backend.id; ++line) lines += "unused\n";
        lines += is_down(backend) ? "down\n" : "up\n";
        ++line;
    }
    return lines;
}

}  // namespace ra
