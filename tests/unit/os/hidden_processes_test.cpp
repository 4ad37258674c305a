#include "os/hidden_processes.h"

#include <fmt/format.h>

#include "tests/support/catch.h"

namespace ra {

namespace {

std::string mount(const char* place, const char* options) {
    return fmt::format("144 126 0:49 / {} rw,relatime - proc proc {}\n", place, options);
}

}  // namespace

TEST_CASE("processes are hidden by what is mounted last, from who is not of its group") {
    struct Row {
        std::string mountinfo;
        bool hides;
    };
    const std::vector<Row> rows{
        {mount("/proc", "rw"), false},
        {mount("/proc", "rw,hidepid=off"), false},
        {mount("/proc", "rw,hidepid=0"), false},
        {mount("/proc", "rw,hidepid=invisible"), false},  // the group is 0
        {mount("/proc", "rw,gid=4,hidepid=invisible"), false},
        {mount("/proc", "rw,gid=7,hidepid=invisible"), true},
        {mount("/proc", "rw,gid=7,hidepid=2"), true},
        {mount("/proc", "rw,gid=7,hidepid=noaccess"), true},
        {mount("/proc", "rw,hidepid=ptraceable"), true},
        {mount("/proc", "rw,gid=4,hidepid=4"), true},
        {mount("/other", "rw,hidepid=4"), false},
        {mount("/proc", "rw,hidepid=4") + mount("/proc", "rw"), false},
        {mount("/proc", "rw") + mount("/proc", "rw,hidepid=4"), true},
        {"144 126 0:49 / /proc\n", false},
        {"", false},
    };
    for (const auto& row : rows) {
        INFO(row.mountinfo);
        CHECK(hides_processes(row.mountinfo, "/proc", {0, 4}) == row.hides);
    }
}

}  // namespace ra
