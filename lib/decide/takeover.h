#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "facts/backend.h"
#include "facts/cluster.h"
#include "facts/record.h"
#include "ocf/parameters.h"

namespace ra {

// What a takeover rests on besides the servers themselves. Moments are those of one clock.
struct TakeoverFacts {
    TakeoverBy by = TakeoverBy::nobody;
    Milliseconds delay{0};  // for the other site to give up
    Milliseconds now{0};
    std::optional<Milliseconds> lost_since{};  // when the loss was seen first
    Milliseconds looked_at{0};                 // when the servers were asked last
    Milliseconds asked_at{0};                  // when the cluster was
    Observed<OtherSide> other_side{};
    bool knows_history = false;                  // that the cluster has served last, if any
    bool may_wait = true;                        // in this action; otherwise the next one goes on
    Milliseconds ends_at = Milliseconds::max();  // when the time of this action is over
    std::optional<int> begun_from{};             // this node, in this action: never twice
    bool has_told_detach = false;                // in this action
    bool was_cut_short = false;                  // the same, and it is not known whether pgpool took it
    std::vector<Told> told{};                    // before it; empty for what the cluster itself has ordered now
    std::chrono::seconds since_boot{0};
};

// A primary that is lost with its site, and the standby of this one.
struct LostPrimary {
    const BackendView* lost = nullptr;
    const BackendView* successor = nullptr;
};

// Nothing where a server takes writes or may do so, where no standby of this site may follow, or where pgpool has a
// better way: its watchdog, another clustering mode. `because` says what stands against it, if there is a loss at all.
struct Loss {
    std::optional<LostPrimary> found{};
    std::string because{};
};
[[nodiscard]] Loss find_lost_primary(const RoleFacts& roles);

struct NoTakeover {
    std::string because;  // a sentence; empty: there is nothing to take over
};
struct TakeoverQuestion {};    // what is known of the other side?
struct LookBeforeTakeover {};  // at the servers, once more
struct WaitBeforeTakeover {
    Milliseconds span;
    std::string because;
};
struct DetachLost {  // the running pgpool then runs its failover_command
    int node;
    std::string because;
};
struct RunFailoverCommand {  // as pgpool would
    int lost;
    int successor;
    std::string because;
};
struct PromoteServer {  // by pg_promote()
    int lost;
    int successor;
    std::string because;
};
using TakeoverStep = std::variant<NoTakeover, TakeoverQuestion, LookBeforeTakeover, WaitBeforeTakeover, DetachLost,
                                  RunFailoverCommand, PromoteServer>;

// What is remembered of a takeover, so that monitors do not repeat it at once.
[[nodiscard]] std::string takeover_request(int lost);

// The action that took over has seen all of it, and pgpool opens PCP again only now.
[[nodiscard]] bool has_just_taken_over(const Memory& memory, std::chrono::seconds since_boot);

// A takeover makes the standby of this site the primary, and is never begun on less than all of this: no server takes
// writes, and none may do so without its being known; the primary's host gives no sign, not even a refusal or a
// connection without a word; the standby has the newest history that was served and followed it, and no other standby
// that answers has a newer one; nobody else is in the membership, but was since this node has booted; and this side is
// known to be the right one: the network answers to ping, or the partition has a quorum that the other one cannot have.
// Then it waits for the other site to give up, and asks all of it again just before it acts. Where Pacemaker has just
// fenced all of the other site, that alone tells the right side, and nothing is waited for.
[[nodiscard]] TakeoverStep next_takeover_step(const RoleFacts& roles, const TakeoverFacts& facts);

}  // namespace ra
