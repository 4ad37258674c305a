#pragma once

#include <string>

namespace ra {

// What an action may answer: OCF resource agent API 1.1, "Return codes".
enum class ExitCode : int {
    success = 0,
    generic_error = 1,     // a failure that a restart may cure; also "not known"
    invalid_argument = 2,  // a parameter that is not valid on this host
    unimplemented = 3,     // an action that this agent does not have
    no_permission = 4,
    not_installed = 5,   // software or a file of its installation is missing on this host
    not_configured = 6,  // a parameter that is not valid anywhere
    not_running = 7,     // surely stopped
    running_promoted = 8,
    failed_promoted = 9,
    degraded_promoted = 191,
    degraded = 190,  // serves, but needs a look
};

// What Pacemaker is told. `reason` stands alone in crm_mon; empty for what needs no words.
struct Outcome {
    ExitCode code = ExitCode::success;
    std::string reason;
    bool promoted = false;  // the instance that it is about has the promoted role
};

// The code for a person, with the role of the instance.
[[nodiscard]] ExitCode told_by_hand(const Outcome& outcome);

// The same for Pacemaker. Degraded is told to a person alone: a recurring monitor whose last answer was 190 or 191
// makes Pacemaker wait for 100 s before the next change of roles where the DC was lost or two halves have met, because
// the new DC waits for the cancellation of that monitor. Pacemaker is told success; the reason and a node attribute
// tell more.
[[nodiscard]] ExitCode told_to_pacemaker(Outcome outcome);

}  // namespace ra
