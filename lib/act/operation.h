#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "observe/observer.h"
#include "ocf/environment.h"
#include "ocf/parameters.h"
#include "pacemaker/cluster.h"
#include "state/pcp_account.h"

namespace ra {

struct Operation;

// Begins another action in a process of its own: begin_detached().
using BeginDetached = std::function<Status(const Operation&, const std::string& action)>;

// The context of one action: the request, access to the system and to the cluster, and the deadline.
struct Operation {
    const Environment& environment;
    Parameters parameters;
    std::vector<ParameterProblem> problems;  // of the parameters themselves
    Observer observer;
    PcpAccountFiles pcp_account;
    Cluster cluster;
    BeginDetached begin_detached;
    Milliseconds working_time;
    Deadline deadline;
};

// The operation that `environment` asks for, which must outlive it. `usual_timeout` counts when the caller gives none.
[[nodiscard]] Operation operation_for(const Environment& environment, Milliseconds usual_timeout);

}  // namespace ra
