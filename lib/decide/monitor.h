#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "decide/alignment.h"
#include "decide/classification.h"
#include "decide/clients.h"
#include "decide/isolation.h"
#include "decide/score.h"
#include "decide/takeover.h"
#include "decide/yield.h"
#include "facts/query.h"
#include "ocf/exit_code.h"
#include "ocf/parameters.h"

namespace ra {

// Why an action looks at pgpool and at the roles of its backends.
enum class Purpose {
    probe,    // it asks what there is, and changes nothing
    monitor,  // it looks after everything that its level asks for
    promote,  // it makes the roles agree, with patience
    start,    // it makes the roles agree, once
    watch,    // it yields if it has to, tells its rank, and no more
};

struct MonitorPolicy {
    Purpose purpose = Purpose::monitor;
    int level = 0;  // below 10: the processes; below 20: the roles too; from 20 on: also a query
    bool aligns = true;
    bool may_run_follow_primary = false;
    TakeoverBy takeover = TakeoverBy::nobody;
    std::chrono::seconds takeover_delay{0};
    bool yields = false;
    bool unblocks = false;  // a recurring monitor of a primitive that yields
    bool looks_for_isolation = false;
    std::chrono::seconds isolation_grace{0};
    bool is_clone = false;
    bool is_promotable = false;
    bool shares_history = false;    // with the other nodes, through the cluster
    bool may_be_unmanaged = false;  // Pacemaker runs the monitors of an unmanaged resource too
};

inline constexpr int role_level = 10;
inline constexpr int query_level = 20;

// Who asks, and for what kind of resource.
struct Asker {
    bool is_cluster = false;  // otherwise a person
    bool is_clone = false;
    bool is_promotable = false;
};

// The policy that the parameters and the cluster give.
[[nodiscard]] MonitorPolicy monitor_policy(const Parameters& parameters, Purpose purpose, int level,
                                           const Asker& asker);

// The roles as they were last seen in this action.
struct RoleSight {
    RoleFacts facts;
    AlignmentContext context;
    bool is_whole = false;  // every process of the machine was looked at: the kernel's list of children may lack one
    std::optional<ProcessId> check_in_the_way{};  // see check_that_may_block_main()
    bool interrupted = false;                     // the PCP workers that may block main were interrupted
};

// What is known, and what was done so far in this action.
struct MonitorFacts {
    MonitorPolicy policy;
    std::chrono::seconds since_boot{0};
    Classification now;
    bool has_time_to_settle = false;  // for what a failover, a start or a reload shows for a moment
    Memory memory;                    // remember() of all that was seen so far
    IsolationFacts isolation;
    std::optional<RoleSight> roles;
    RivalFacts rivals;
    Observed<bool> is_managed;  // by Pacemaker; a blocked resource counts as managed, because the agent itself unblocks
    Observed<std::optional<History>>
        shared_history;  // the newest that any instance has served, as the cluster keeps it
    std::vector<ClientTry> client_tries;
    std::optional<QueryFindings> query;
    std::optional<bool> serves_primary;  // a client of pgpool reaches a server that takes writes, since roles was seen

    // Moments since boot.
    Milliseconds now_is{0};
    Milliseconds began_at{0};
    Milliseconds ends_at = Milliseconds::max();  // the time of this action is over
    Milliseconds roles_asked_at{0};
    Milliseconds other_side_asked_at{0};
    Observed<OtherSide> other_side;
    std::optional<int> taken_over_from;  // a takeover was begun from this node

    AlignmentProgress told;
    int interruptions = 0;
    std::optional<ProcessId> ended_check;  // in this action: never twice
    bool has_patience = false;             // of a promote, for a primary that is not there yet
    bool has_scored = false;
};

struct LookAgain {};  // at the processes, in a moment
struct AskRoles {
    bool is_whole;  // see RoleSight
    Milliseconds after{0};
    std::string because{};
};
struct InterruptStuckWorkers {};
struct EndStreamingCheck {  // for which a failover may wait
    ProcessId check;
};
struct QueryThroughPgpool {};
struct AskForPrimary {};  // through pgpool, as a client that writes
struct AskIfManaged {};   // before anything is changed
struct AskForHistory {};  // that the cluster keeps
struct ShareHistory {     // keep it there: this pgpool serves a newer one
    History history;
};
struct StepDown {  // stop pgpool here
    std::string because;
    bool yields;  // to another node, where it is active too; otherwise this node is isolated, or its server overtaken
};
struct Unblock {  // make Pacemaker forget its history here: of what is stopped here it would do nothing by itself
    std::string because;
};
struct Answer {
    Outcome outcome;
    bool is_about_roles = false;
};
using MonitorStep =
    std::variant<LookAgain, IsolationQuestion, AskRoles, InterruptStuckWorkers, EndStreamingCheck, RivalQuestion,
                 AskIfManaged, AskForHistory, ShareHistory, ConnectAsClient, QueryThroughPgpool, AskForPrimary,
                 PcpRequest, TakeoverQuestion, WaitBeforeTakeover, DetachLost, RunFailoverCommand, PromoteServer,
                 SetScore, RemoveScore, StepDown, Unblock, Answer>;

// True for an instance that is promoted or being promoted, and for a primitive; not for one that only waits.
[[nodiscard]] bool serves_by_the_clusters_word(const MonitorFacts& facts);

// The roles as they were seen, with what is remembered: the newest history that is known from the record and from the
// cluster, and the nodes that somebody has detached. To an instance that only waits the cluster's word comes first.
// Where PCP gives no answer and a client reaches a primary, the only server that takes writes is what pgpool serves.
[[nodiscard]] RoleFacts known_roles(const MonitorFacts& facts);

// What a monitor does next, or a promote, or a start that has started: cheap questions before slow ones, and before
// everything else what stops this pgpool. This is the only place where that is decided.
[[nodiscard]] MonitorStep next_monitor_step(const MonitorFacts& facts);

// What a monitor of level 0, or a probe, answers. not_running only with positive evidence of absence.
[[nodiscard]] Outcome judge_tree(const Classification& now);

// What a query through a pgpool amounts to whose processes are well. Busy children, a slow backend or a refused login
// are no reason to restart pgpool: they are degraded. A lost main node is one: nothing but a failover cures it
// otherwise, and meanwhile no client is served.
[[nodiscard]] Outcome judge_query(const QueryFindings& found, const ProcessTree& tree);

}  // namespace ra
