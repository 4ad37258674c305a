#include "ocf/exit_code.h"

#include "tests/support/catch.h"

namespace ra {

TEST_CASE("an answer has the code of the instance's role, and degraded is told to a person alone") {
    struct Row {
        ExitCode decided, by_hand, by_hand_promoted, pacemaker, pacemaker_promoted;
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
        CHECK(told_by_hand({row.decided, "", false}) == row.by_hand);
        CHECK(told_by_hand({row.decided, "", true}) == row.by_hand_promoted);
        CHECK(told_to_pacemaker({row.decided, "", false}) == row.pacemaker);
        CHECK(told_to_pacemaker({row.decided, "", true}) == row.pacemaker_promoted);
    }
}

}  // namespace ra
