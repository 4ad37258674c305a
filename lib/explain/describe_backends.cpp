#include "explain/describe_backends.h"

#include <fmt/format.h>

#include "base/text.h"
#include "facts/node_words.h"

namespace ra {

namespace {

std::string in_pgpool(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    if (node == nullptr) return "not known";
    return fmt::format("{}{} {}", word_of(node->status), node->quarantined ? " (quarantine)" : "", word_of(node->role));
}

std::string in_postgresql(const BackendView& backend) {
    if (const auto* error = std::get_if<Error>(&backend.state)) return one_line(error->message, 90);
    const auto* state = value_of(backend.state);
    if (state == nullptr) return "not asked";
    if (!state->in_recovery) return fmt::format("primary, timeline {}", state->timeline);
    if (!state->streaming) return fmt::format("standby, timeline {}, receives nothing", state->timeline);
    if (state->upstream_host.empty()) return fmt::format("standby, timeline {}, receives", state->timeline);
    return fmt::format("standby, timeline {}, follows {}:{}", state->timeline, state->upstream_host,
                       state->upstream_port);
}

std::string lag_of(const BackendView& backend, const BackendView* newest) {
    const auto* state = value_of(backend.state);
    const auto* first = newest == nullptr ? nullptr : value_of(newest->state);
    if (state == nullptr || first == nullptr || &backend == newest || !state->in_recovery ||
        state->timeline != first->timeline || state->system_identifier != first->system_identifier)
        return {};
    return fmt::format("{} bytes behind", first->position > state->position ? first->position - state->position : 0);
}

std::string position_of(const BackendView& backend) {
    const auto* state = value_of(backend.state);
    if (state == nullptr) return {};
    return fmt::format("{:X}/{:X}", state->position >> 32U, state->position & 0xFFFFFFFFU);
}

}  // namespace

std::vector<Explanation::Backend> describe_backends(const RoleFacts& facts, const BackendView* newest) {
    std::vector<Explanation::Backend> lines;
    for (const auto& backend : facts.backends)
        lines.push_back({backend.id, fmt::format("{}:{}", backend.host, backend.port), in_pgpool(backend),
                         in_postgresql(backend), position_of(backend), lag_of(backend, newest)});
    return lines;
}

}  // namespace ra
