#include "act/turn.h"

#include <cerrno>

#include "base/files.h"

namespace ra {

Result<UniqueFd> take_turn(const Operation& operation, Deadline deadline) {
    constexpr Milliseconds interval{20};
    for (;;) {
        auto turn = lock_existing(operation.parameters.config);
        if (turn || turn.error().number != EWOULDBLOCK || deadline.passed()) return turn;
        deadline.sleep(interval);
    }
}

}  // namespace ra
