#include "pgpool/probe_protocol.h"

#include "tests/fuzz/target.h"

namespace ra::fuzz {

namespace {

// A text that is longer than its field, or holds control characters, is cut when it is written: from then on it stays.
template <typename Value>
void check_line(std::string_view line, std::optional<Value> (*parse)(std::string_view)) {
    const auto value = parse(line);
    if (!value) return;
    const auto written = probe::to_line(*value);
    demand(written.ends_with('\n') && written.find('\n') + 1 == written.size(), "a fact is one line");
    const auto again = parse(std::string_view(written).substr(0, written.size() - 1));
    demand(again && probe::to_line(*again) == written, "what is written is read again");
    if (written == std::string(line) + "\n") demand(*again == *value, "nothing is lost on the way");
}

}  // namespace

void check(std::string_view input) {
    check_line<NodeInfo>(input, probe::parse_node);
    check_line<BackendState>(input, probe::parse_state);
    check_line<BackendFailure>(input, probe::parse_failure);
    const int kinds = (probe::parse_node(input) ? 1 : 0) + (probe::parse_state(input) ? 1 : 0) +
                      (probe::parse_failure(input) ? 1 : 0);
    demand(kinds <= 1, "a line is of one kind");
}

}  // namespace ra::fuzz
