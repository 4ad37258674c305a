#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decide/classification.h"
#include "decide/monitor.h"
#include "facts/cluster.h"
#include "facts/host.h"
#include "facts/settings.h"
#include "ocf/exit_code.h"
#include "ocf/parameters.h"

namespace ra {

// Everything that a person on call asks for first, as it was seen at one moment.
struct Diagnosis {
    std::string resource;
    std::string parameters_from;  // where they were found, in words
    Parameters parameters;
    std::vector<ParameterProblem> problems;  // of the parameters, or else of this host
    Instance instance;
    Snapshot seen;
    Observed<PgpoolSettings> settings;  // of pgpool.conf
    MonitorFacts facts;                 // of a monitor of level 10 that would begin now; nothing was done

    std::string node;  // as the cluster names it; empty if that is not known
    Observed<ClusterConfiguration> configuration;
    Observed<ClusterStatus> status;
    Observed<Votes> votes;
    PcpMeans pcp_means;
};

// What one action would answer, or do first, if it were called now.
struct Forecast {
    std::string action;
    std::optional<ExitCode> code;  // nothing: that depends on how what it does ends
    std::string because;
};

// The same in words, in the order in which it is read.
struct Explanation {
    struct Listener {
        std::string address;
        std::string owner;
    };
    struct Backend {
        int id = 0;
        std::string address;
        std::string pgpool;      // what pgpool says: "up primary"
        std::string postgresql;  // what PostgreSQL says: "primary, timeline 2"
        std::string position;    // of its WAL, as PostgreSQL writes it; empty if it is not known
        std::string lag;         // behind the newest primary; empty if that cannot be told
    };

    std::string resource;
    std::string node;
    std::string parameters_from;
    Condition condition = Condition::unknown;
    std::string because;  // why the process tree is taken for that

    std::vector<std::string> cluster;
    std::vector<std::string> active_on;  // nodes, as far as Pacemaker knows
    bool is_blocked = false;
    std::optional<pid_t> main;
    std::vector<pid_t> orphans;
    std::vector<std::string> processes;
    std::vector<Listener> listeners;
    std::vector<Backend> backends;
    std::string primary;  // which one pgpool must send writes to, and why, or why that cannot be told
    std::string history;  // what somebody has to look at in PostgreSQL; empty if nothing
    std::optional<int> score;
    std::string why_no_score;  // or why the one that is published is taken back
    std::string isolation;
    std::vector<Forecast> forecasts;
    std::vector<std::string> warnings;
};

// The resource among those that are configured; null if it is not there.
[[nodiscard]] const ConfiguredResource* configured_resource(const Diagnosis& diagnosis);

[[nodiscard]] Explanation explain(const Diagnosis& diagnosis);

}  // namespace ra
