#include "ocf/exit_code.h"

namespace ra {

ExitCode told_to(bool pacemaker, const Outcome& outcome) {
    auto code = outcome.code;
    if (code == ExitCode::degraded && pacemaker) code = ExitCode::success;
    if (!outcome.promoted) return code;
    switch (code) {
        case ExitCode::success: return ExitCode::running_promoted;
        case ExitCode::degraded: return ExitCode::degraded_promoted;
        case ExitCode::generic_error: return ExitCode::failed_promoted;
        default: return code;
    }
}

}  // namespace ra
