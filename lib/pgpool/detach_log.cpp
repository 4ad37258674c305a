#include "pgpool/detach_log.h"

#include <fmt/format.h>

namespace ra {

DetachedBy find_detacher(std::string_view log, int node) {
    const auto request = fmt::format("received degenerate backend request for node_id: {} from pid [", node);
    const auto found = log.rfind(request);
    if (found == std::string_view::npos) return DetachedBy::unknown;
    const auto pid = log.substr(found + request.size());
    const auto end = pid.find(']');
    if (end == std::string_view::npos) return DetachedBy::unknown;
    const auto worker = fmt::format("forked new pcp worker, pid={} ", pid.substr(0, end));
    return log.substr(0, found).find(worker) == std::string_view::npos ? DetachedBy::pgpool : DetachedBy::pcp_client;
}

}  // namespace ra
