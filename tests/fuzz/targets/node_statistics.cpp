#include "pgpool/node_statistics.h"

#include <algorithm>
#include <string>

#include "tests/fuzz/target.h"

namespace ra::fuzz {

// The ends of lines stand for the zeros that fill a field.
void check(std::string_view input) {
    std::string record(input);
    std::ranges::replace(record, '\n', '\0');
    const auto node = read_node_statistics(1, std::as_bytes(std::span(record)));
    if (!node) return;
    demand(node->host.size() <= input.size() && node->host.find('\0') == std::string::npos, "a host is in its field");
    demand(node->status >= 0 && node->status <= 3 && node->role >= 0 && node->role <= 3,
           "a status and a role are ones that pgpool has");
}

}  // namespace ra::fuzz
