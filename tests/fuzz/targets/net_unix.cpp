#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "os/listeners.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    const auto listeners = parse_unix_listeners(input);
    demand(listeners.size() <= static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1,
           "a row is at most one listener");
    for (const auto& listener : listeners) {
        const auto& path = listener.path.native();
        demand(!path.empty() && trim(path) == path, "a listener has a path");
        const auto again = parse_unix_listeners(
            fmt::format("0000000000000000: 00000002 00000000 00010000 0001 01 {} {}\n", listener.inode, path));
        demand(again.size() == 1 && again.front().path == path && again.front().inode == listener.inode,
               "what was read is read again as the kernel would write it");
    }
}

}  // namespace ra::fuzz
