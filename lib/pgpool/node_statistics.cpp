#include "pgpool/node_statistics.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "facts/backend.h"

namespace ra {

namespace {

struct Status {
    NodeStatus status;
    bool is_quarantined;
};

constexpr std::array<std::pair<std::string_view, Status>, 5> statuses{{
    {"unused", {NodeStatus::unused, false}},
    {"waiting", {NodeStatus::waiting, false}},
    {"up", {NodeStatus::up, false}},
    {"down", {NodeStatus::down, false}},
    {"quarantine", {NodeStatus::down, true}},
}};

constexpr std::array<std::pair<std::string_view, NodeRole>, 4> roles{{
    {"main", NodeRole::main},
    {"replica", NodeRole::replica},
    {"primary", NodeRole::primary},
    {"standby", NodeRole::standby},
}};

template <typename Words>
auto meaning_of(std::string_view word, const Words& words) -> const typename Words::value_type::second_type* {
    const auto found = std::ranges::find(words, word, &Words::value_type::first);
    return found == words.end() ? nullptr : &found->second;
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
    const auto* status = meaning_of(take_text(rest), statuses);
    const auto* role = meaning_of(take_text(rest), roles);
    if (!port || status == nullptr || role == nullptr) return std::nullopt;
    return PcpNode{std::string(host), *port, static_cast<int>(status->status), static_cast<int>(*role),
                   status->is_quarantined};
}

}  // namespace ra
