#include "pgpool/detach_log.h"

#include "tests/support/catch.h"

namespace ra::test {

namespace {

const std::string by_health_check =
    "2026-01-02 03:04:05.678: pcp_main pid 76: LOG:  forked new pcp worker, pid=8 socket=6\n"
    "2026-01-02 03:04:05.678: health_check1 pid 80: LOG:  health check failed on node 1 (timeout:0)\n"
    "2026-01-02 03:04:05.678: health_check1 pid 80: LOG:  received degenerate backend request for node_id: 1 from pid "
    "[80]\n";
const std::string by_pcp =
    "2026-01-02 03:04:06: pid 76: LOG:  forked new pcp worker, pid=112 socket=6\n"
    "2026-01-02 03:04:06: pid 112: LOG:  received degenerate backend request for node_id: 1 from pid [112]\n";

}  // namespace

TEST_CASE("the log tells who had a node detached") {
    CHECK(find_detacher(by_health_check, 1) == DetachedBy::pgpool);
    CHECK(find_detacher(by_pcp, 1) == DetachedBy::pcp_client);
}

TEST_CASE("the last request for that node counts") {
    CHECK(find_detacher(by_pcp + by_health_check, 1) == DetachedBy::pgpool);
    CHECK(find_detacher(by_health_check + by_pcp, 1) == DetachedBy::pcp_client);
}

TEST_CASE("a log without such a request, or with a half one, tells nothing") {
    CHECK(find_detacher("", 1) == DetachedBy::unknown);
    CHECK(find_detacher(by_pcp, 0) == DetachedBy::unknown);
    CHECK(find_detacher(by_pcp, 11) == DetachedBy::unknown);
    CHECK(find_detacher(by_pcp.substr(0, by_pcp.rfind(']')), 1) == DetachedBy::unknown);
}

}  // namespace ra::test
