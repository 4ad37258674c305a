#include <fmt/format.h>

#include "os/proc_fs.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    const auto stat = parse_stat(input);
    if (!stat) {
        demand(!stat.error().message.empty(), "a refusal says why");
        return;
    }
    const auto again =
        parse_stat(fmt::format("{} ({}) {} {} 1 {} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {} 0", stat->id.pid, stat->name,
                               stat->state, stat->parent, stat->session, stat->id.start_time));
    demand(again && again->id == stat->id && again->name == stat->name && again->state == stat->state &&
               again->parent == stat->parent && again->session == stat->session,
           "what was read is read again as the kernel would write it");
}

}  // namespace ra::fuzz
