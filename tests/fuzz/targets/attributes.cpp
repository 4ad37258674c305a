// What attrd_updater, crm_attribute and corosync-cmapctl print.

#include <fmt/format.h>

#include "facts/history.h"
#include "pacemaker/cluster.h"
#include "pacemaker/cluster_report.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

namespace {

void check_attributes(std::string_view input) {
    const auto values = parse_attributes(input);
    std::string printed;
    for (const auto& [node, value] : values) {
        demand(!node.empty() && node.find_first_of("\"\n") == std::string::npos, "a node has a name");
        printed += fmt::format("name=\"rank\" host=\"{}\" value=\"{}\"\n", node, value);
    }
    demand(parse_attributes(printed) == values, "what was read is read again as it is printed");
}

void check_history(std::string_view input) {
    const auto history = parse_history(input);
    if (!history) return;
    demand(parse_history(to_text(*history)) == history, "what is written is read again");
    demand(newer_of(history, history) == history && newer_of({}, history) == history, "it is as new as it is");
}

}  // namespace

void check(std::string_view input) {
    check_attributes(input);
    check_history(input);
    const auto votes = parse_votes(input);
    demand(!votes.two_node || input.find("quorum.two_node ") != std::string_view::npos, "only its line says two_node");
}

}  // namespace ra::fuzz
