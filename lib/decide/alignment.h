#pragma once

#include <optional>
#include <string>
#include <variant>

#include "decide/family.h"
#include "observe/roles.h"

namespace ra {

// Which PostgreSQL pgpool must send writes to.
struct Primary {
    const BackendView* newest = nullptr;  // null: none, or it cannot be told
    std::string because;
    std::string warning;  // what somebody has to look at; empty if nothing
};

// The newest primary is the writable server with the highest timeline. Two of them on the same timeline number, or with
// different system identifiers, are a split brain: reported, never guessed.
[[nodiscard]] Primary find_newest_primary(const RoleFacts& facts);

// What else decides whether pgpool may be told something.
struct AlignmentContext {
    bool failover_runs = false;           // pgpool is running a command of its own: failover, failback, follow_primary
    bool pcp_is_open = true;              // not before its first search for a primary has ended
    bool may_run_follow_primary = false;  // the administrator lets a promotion run follow_primary_command
};

[[nodiscard]] AlignmentContext alignment_context(const Family& family, bool may_run_follow_primary);

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

// Whether pgpool is to be told something.
[[nodiscard]] bool is_request(const AlignmentStep& step);

// The next step that makes pgpool's roles agree with PostgreSQL, in the least disruptive order: attaching a node costs
// no session as a rule, promoting one ends them all. Never attaches an unreachable server, or a writable one that is
// not the newest primary or not known to be, because the one that pgpool uses gave no answer; never promotes a server
// in recovery; does nothing while a failover runs, for a quarantined node, or as a member of a watchdog, where pgpool
// itself elects.
[[nodiscard]] AlignmentStep next_alignment_step(const RoleFacts& facts, const AlignmentContext& context);

}  // namespace ra
