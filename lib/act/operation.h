#pragma once

#include "base/deadline.h"
#include "observe/observer.h"
#include "ocf/environment.h"
#include "ocf/parameters.h"
#include "system/pcp_account.h"

namespace ra {

// What every action has in its hands: the question as Pacemaker put it, eyes, and the time it may take.
struct Operation {
    const Environment& environment;
    const Parameters& parameters;
    const std::vector<ParameterProblem>& problems;  // of the parameters themselves
    const Observer& observer;
    const PcpAccountFiles& pcp_account;
    Milliseconds working_time;
    Deadline deadline;
};

}  // namespace ra
