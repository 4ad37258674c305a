#pragma once

#include "facts/backend.h"

namespace ra::test {

// Two words for a backend: how pgpool sees it, and what PostgreSQL says. "up primary", "down standby", "quarantine
// standby"; "writable 2" (timeline 2), "follows 2", "recovers 2" (a standby that receives nothing), "unreachable",
// "refuses".
inline BackendView backend(int id, std::string_view in_pgpool, std::string_view in_postgresql) {
    const auto says = [](std::string_view text, std::string_view word) { return text.find(word) != text.npos; };
    BackendView view;
    view.id = id;
    view.host = "10.0.0." + std::to_string(id + 1);
    view.port = 5432;
    NodeInfo node{id, view.host, view.port, NodeStatus::up, NodeRole::standby, false};
    if (says(in_pgpool, "down") || says(in_pgpool, "quarantine")) node.status = NodeStatus::down;
    if (says(in_pgpool, "waiting")) node.status = NodeStatus::waiting;
    if (says(in_pgpool, "primary")) node.role = NodeRole::primary;
    node.quarantined = says(in_pgpool, "quarantine");
    view.node = node;
    if (in_postgresql == "unreachable" || in_postgresql == "refuses") {
        view.state = Error{"connection refused", 0};
        view.answers_without_state = view.host_answers = in_postgresql == "refuses";
        return view;
    }
    view.host_answers = true;
    BackendState state;
    state.id = id;
    state.in_recovery = !says(in_postgresql, "writable");
    state.streaming = says(in_postgresql, "follows");
    state.system_identifier = says(in_postgresql, "alien") ? 2 : 1;
    state.timeline = static_cast<std::uint32_t>(in_postgresql.back() - '0');
    view.state = state;
    return view;
}

inline RoleFacts facts(std::vector<BackendView> backends) {
    RoleFacts facts;
    facts.backends = std::move(backends);
    return facts;
}

}  // namespace ra::test
