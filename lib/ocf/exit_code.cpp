#include "ocf/exit_code.h"

namespace ra {

ExitCode told_by_hand(const Outcome& outcome) {
    if (!outcome.promoted) return outcome.code;
    switch (outcome.code) {
        case ExitCode::success: return ExitCode::running_promoted;
        case ExitCode::degraded: return ExitCode::degraded_promoted;
        case ExitCode::generic_error: return ExitCode::failed_promoted;
        default: return outcome.code;
    }
}

ExitCode told_to_pacemaker(Outcome outcome) {
    if (outcome.code == ExitCode::degraded) outcome.code = ExitCode::success;
    return told_by_hand(outcome);
}

}  // namespace ra
