#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "decide/process_tree.h"
#include "facts/backend.h"
#include "facts/record.h"

namespace ra {

// Which PostgreSQL pgpool must send writes to.
struct Primary {
    const BackendView* newest = nullptr;  // null: none, or it cannot be told
    std::string because;
    std::string warning;  // what somebody has to look at; empty if nothing
};

// Whether a writable server is behind the newest history that is known to have been served, or of another system, and
// why: what was confirmed later would be lost.
[[nodiscard]] std::optional<std::string> why_behind_served(const BackendView& backend, const RoleFacts& facts);

// The server that serves by the cluster's word, and still takes writes, for an instance that only waits, and for one
// that begins to serve, unless its pgpool has lost that server meanwhile. One that serves already goes by what it has
// served. Null: there is none, or it cannot be told.
[[nodiscard]] const BackendView* find_serving(const RoleFacts& facts);

// Whether a writable server was promoted beside that one, and why: however high its timeline, nothing that it has taken
// was served by the cluster's word.
[[nodiscard]] std::optional<std::string> why_beside_served(const BackendView& backend, const RoleFacts& facts);

// One of them, or its timeline is below that of another server of its system that can be reached, standbys too; one
// that was promoted beside it counts for nothing. Such a server is never brought into service by the agent.
[[nodiscard]] std::optional<std::string> why_overtaken(const BackendView& backend, const RoleFacts& facts);

// Whether a standby receives WAL, from whomever, on the timeline of that writable server.
[[nodiscard]] bool follows(const BackendView& standby, const BackendView& primary);

// The newest primary is the writable server with the highest timeline that was not overtaken. Two of them on the same
// timeline number, or of different systems where none is known, are a split brain: reported, never guessed. Two names
// of one server are none: then it is the one that pgpool uses.
[[nodiscard]] Primary find_newest_primary(const RoleFacts& facts);

// What else decides whether pgpool may be told something.
struct AlignmentContext {
    bool failover_runs = false;           // pgpool is running a command of its own: failover, failback, follow_primary
    bool main_waits = false;              // for such a command; for follow_primary_command a child of main's waits
    bool pcp_is_open = true;              // not before its first search for a primary has ended
    bool may_run_follow_primary = false;  // the administrator lets a promotion run follow_primary_command
    bool may_switch = false;  // the cluster's word: away from a primary that pgpool uses and that still takes writes
    std::string hindrance{};  // why nothing may be told now, in words; empty: nothing is in the way
};

[[nodiscard]] AlignmentContext alignment_context(const ProcessTree& tree, bool may_run_follow_primary);

struct Agreed {};  // pgpool's roles are those of PostgreSQL
struct AttachNode {
    int id;
    std::string because;
};
struct PromoteNode {
    int id;
    std::string because;
};
struct NotNow {  // it may pass by itself, or PostgreSQL has to act first
    std::string because;
};
struct MustNot {  // a person has to look
    std::string because;
};
using AlignmentStep = std::variant<Agreed, AttachNode, PromoteNode, NotNow, MustNot>;

// What pgpool is told by PCP.
struct PcpRequest {
    std::string verb;  // "attach", "promote", "detach"
    int node = 0;
    std::string because;

    [[nodiscard]] std::string text() const;  // "promote node 1"

    friend bool operator==(const PcpRequest& a, const PcpRequest& b) { return a.verb == b.verb && a.node == b.node; }
};

// The request in a step, if it is one.
[[nodiscard]] std::optional<PcpRequest> request_of(const AlignmentStep& step);

// The sentence of a step; empty if the roles agree.
[[nodiscard]] std::string because_of(const AlignmentStep& step);

// The next step that makes pgpool's roles agree with PostgreSQL, in the least disruptive order: attaching a node costs
// no session as a rule, promoting one ends them all. Never attaches an unreachable server, a standby that somebody has
// detached or that replays late on purpose, or a writable one that is not the newest primary or not known to be,
// because the one that pgpool uses gave no answer; never promotes a server in recovery; never turns from a primary that
// still takes writes to another one without the cluster's word; does nothing while a failover runs, for a quarantined
// node, or as a member of a watchdog, where pgpool itself elects.
[[nodiscard]] AlignmentStep next_alignment_step(const RoleFacts& facts, const AlignmentContext& context);

// What was told to pgpool in this action, and before it.
struct AlignmentProgress {
    std::vector<PcpRequest> sent;
    std::vector<PcpRequest> cut_short{};  // PCP was closed meanwhile: whether pgpool took them is not known
    std::vector<Told> before{};           // what did not last is told again after growing pauses only
    std::chrono::seconds since_boot{0};   // now
    std::string refused;                  // why the last request was not taken; empty: it was
    bool has_time_left = true;            // for the last request to have its effect
};

// Whether this request was sent before, and cut short.
[[nodiscard]] bool was_cut_short(const AlignmentProgress& progress, const PcpRequest& request);

// The same after a request, with the reason why pgpool did not take it, or none. One that was cut short is sent once
// more, if pgpool's next view of the backends still asks for it: the failover that an earlier request began closes PCP.
[[nodiscard]] AlignmentProgress after(AlignmentProgress progress, const PcpRequest& request, std::string refusal);

struct WaitForEffect {};  // pgpool may still be doing what it was told
struct Settled {          // nothing more is told now: the roles agree, or what is left to do and why it was not done
    AlignmentStep state;
    std::optional<PcpRequest> in_vain{};  // pgpool took it, and has not done it
};
using AlignmentMove = std::variant<PcpRequest, WaitForEffect, Settled>;

// How long a request is not repeated that was told so many times in a row.
[[nodiscard]] std::chrono::seconds pause_after(int times);

// A request that is not to be repeated yet.
struct Resting {
    int times;                  // told so often in a row
    std::chrono::seconds left;  // of the pause
};
[[nodiscard]] std::optional<Resting> find_resting(const std::vector<Told>& told, const std::string& request,
                                                  std::chrono::seconds since_boot);

// What to do about `step`, which is next_alignment_step() of `facts`: each request is sent once, and believed when
// pgpool shows it.
[[nodiscard]] AlignmentMove next_alignment_move(const RoleFacts& facts, const AlignmentStep& step,
                                                const AlignmentProgress& progress);

}  // namespace ra
