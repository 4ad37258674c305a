#include <set>

#include "pacemaker/cluster_report.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

// The first line is the name of the resource.
void check(std::string_view input) {
    const auto [resource, xml] = cut_first_line(input);
    const auto status = parse_cluster_status(std::string(xml), std::string(resource));
    demand(status || !status.error().message.empty(), "a refusal says why");
    if (!status) return;
    demand(status->active.size() * 4 <= xml.size(), "each active instance is an element of the report");
    demand(status->online.size() + status->offline.size() <= xml.size() / 4, "each node is an element of the report");
}

}  // namespace ra::fuzz
