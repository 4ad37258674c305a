#include "ocf/exit_code.h"

namespace ra {

ExitCode told_to_pacemaker(const Outcome& outcome, bool knows_degraded) {
    auto code = outcome.code;
    if (code == ExitCode::degraded && !knows_degraded) code = ExitCode::success;
    if (!outcome.promoted) return code;
    switch (code) {
        case ExitCode::success: return ExitCode::running_promoted;
        case ExitCode::degraded: return ExitCode::degraded_promoted;
        case ExitCode::generic_error: return ExitCode::failed_promoted;
        default: return code;
    }
}

}  // namespace ra
