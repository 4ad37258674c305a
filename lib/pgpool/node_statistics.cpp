#include "pgpool/node_statistics.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "facts/node_words.h"

namespace ra {

namespace {

// Of the value that pgpool calls so; both statuses and roles are numbered from 0 to 3.
template <typename Value>
std::optional<int> number_of(std::string_view word) {
    for (const int number : {0, 1, 2, 3})
        if (word_of(static_cast<Value>(number)) == word) return number;
    return std::nullopt;
}

// The text that `rest` begins with, and the zeros behind it, are taken from it.
std::string_view take_text(std::string_view& rest) {
    const auto text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(text.size());
    rest.remove_prefix(std::min(rest.find_first_not_of('\0'), rest.size()));
    return text;
}

}  // namespace

std::optional<PcpNode> read_node_statistics(int id, std::span<const std::byte> record) {
    std::string_view rest(reinterpret_cast<const char*>(record.data()), record.size());
    if (parse_number<int>(take_text(rest)) != id) return std::nullopt;
    const auto host = take_text(rest);
    const auto port = parse_number<std::uint16_t>(take_text(rest));
    const auto said = take_text(rest);
    const bool is_quarantined = said == "quarantine";  // one that is down
    const auto status = number_of<NodeStatus>(is_quarantined ? word_of(NodeStatus::down) : said);
    const auto role = number_of<NodeRole>(take_text(rest));
    if (!port || !status || !role) return std::nullopt;
    return PcpNode{std::string(host), *port, *status, *role, is_quarantined};
}

}  // namespace ra
