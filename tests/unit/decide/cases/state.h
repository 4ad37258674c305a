#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "decide/monitor.h"
#include "facts/snapshot.h"
#include "tests/unit/decide/scene.h"

namespace ra::cases {

// How PCP answers, once it is open.
enum class Pcp {
    answers,
    late,                // in time for some nodes only
    silent,              // its workers do not block main
    silent_until_freed,  // a worker whose client says nothing blocks main
    refuses,
};

// What the agent would be told if it asked. Each step that waits is one wait: time is counted in them.
struct State {
    static constexpr std::chrono::seconds since_boot{100'000};

    // This pgpool and its backends, as they really are.
    Snapshot seen = scene::pgpool_runs();
    std::vector<BackendView> backends{};
    Pcp pcp = Pcp::answers;
    std::string pcp_refusal{};
    bool has_follow_primary_command = false;
    bool has_watchdog = false;
    bool has_streaming_replication = true;
    bool has_another_aligner = false;
    std::optional<int> waits_for_effect = 0;  // of what it is told; nothing: for ever
    std::string refusal{};                    // of what it is told
    int requests_cut_short = 0;               // PCP is closed at the next ones
    bool takes_what_is_cut_short = false;
    bool failover_closes_pcp = false;
    bool accepts_clients = true;
    bool serves_primary = false;  // as a client of pgpool finds
    QueryFindings query{QueryFindings::Answer::not_possible, "not known", false};

    // The cluster. What is not in the state cannot be asked.
    IsolationFacts isolation{.reachable = Error{"not known"},
                             .members = Error{"not known"},
                             .remote_backends_that_answer = Error{"not known"}};
    RivalFacts rivals{Error{"not known"}, Error{"not known"}, Error{"not known"}};
    Observed<OtherSide> other_side = Error{"not known"};
    bool is_clone = false;
    bool is_promotable = false;
    bool is_managed = true;
    std::chrono::seconds timeout{600};  // of the action
    Observed<std::optional<History>> shared_history = std::optional<History>();

    // The action.
    std::optional<Purpose> purpose{};
    int level = role_level;
    bool cluster_asks = true;
    Parameters parameters{};
    Memory remembered{};
    int patience = 0;
    int time_to_settle = 2;
    int time_for_effect = 2;
};

}  // namespace ra::cases
