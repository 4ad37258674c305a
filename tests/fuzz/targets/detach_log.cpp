#include "pgpool/detach_log.h"

#include <fmt/format.h>

#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    for (const int node : {0, 1, 127}) {
        const auto request = fmt::format("received degenerate backend request for node_id: {} from pid [", node);
        const auto detacher = find_detacher(input, node);
        const bool is_mentioned = input.find(request) != std::string_view::npos;
        demand(is_mentioned || detacher == DetachedBy::unknown, "nobody has detached what the log does not mention");
        demand(detacher != DetachedBy::pcp_client || input.find("forked new pcp worker") != std::string_view::npos,
               "a client of PCP has a worker");
        const auto later = std::string(input).append("\n").append(request).append("1]\n");
        demand(find_detacher(later, node) != DetachedBy::unknown, "the last request counts");
    }
}

}  // namespace ra::fuzz
