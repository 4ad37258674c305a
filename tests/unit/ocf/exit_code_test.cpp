#include "ocf/exit_code.h"

#include <catch2/catch.hpp>

namespace ra {

TEST_CASE("Pacemaker is told the code of the instance's role, and degraded only if it knows that") {
    struct Row {
        ExitCode decided, unpromoted, promoted, unpromoted_to_old, promoted_to_old;
    };
    using enum ExitCode;
    const Row rows[] = {
        {success, success, running_promoted, success, running_promoted},
        {degraded, degraded, degraded_promoted, success, running_promoted},
        {generic_error, generic_error, failed_promoted, generic_error, failed_promoted},
        {not_running, not_running, not_running, not_running, not_running},
        {not_configured, not_configured, not_configured, not_configured, not_configured},
    };
    for (const auto& row : rows) {
        INFO("code " << static_cast<int>(row.decided));
        CHECK(told_to_pacemaker({row.decided, "", false}, true) == row.unpromoted);
        CHECK(told_to_pacemaker({row.decided, "", true}, true) == row.promoted);
        CHECK(told_to_pacemaker({row.decided, "", false}, false) == row.unpromoted_to_old);
        CHECK(told_to_pacemaker({row.decided, "", true}, false) == row.promoted_to_old);
    }
}

}  // namespace ra
