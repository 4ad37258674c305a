#include "facts/history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace ra {

namespace {

std::optional<std::vector<int>> parse_nodes(std::string_view text) {
    std::vector<int> nodes;
    for (const auto part : split(text, ',')) {
        const auto node = parse_number<int>(part);
        if (!node || *node < 0) return std::nullopt;
        nodes.push_back(*node);
    }
    return nodes;
}

}  // namespace

bool History::is_same_as(const History& other) const {
    return generation == other.generation && system_identifier == other.system_identifier && timeline == other.timeline;
}

bool History::has_left_behind(int node) const { return std::ranges::find(left_behind, node) != left_behind.end(); }

std::optional<History> newer_of(const std::optional<History>& first, const std::optional<History>& second) {
    if (!first || !second) return first ? first : second;
    if (first->generation != second->generation) return first->generation > second->generation ? first : second;
    if (first->system_identifier != second->system_identifier) return first;
    return first->timeline >= second->timeline ? first : second;
}

std::string to_text(const History& history) {
    auto text = fmt::format("{}.{}.{}", history.generation, history.system_identifier, history.timeline);
    if (!history.left_behind.empty()) text += fmt::format(".{}", fmt::join(history.left_behind, ","));
    return text;
}

std::optional<History> parse_history(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
    const auto generation = parse_number<std::uint32_t>(parts[0]);
    const auto system = parse_number<std::uint64_t>(parts[1]);
    const auto timeline = parse_number<std::uint32_t>(parts[2]);
    if (!generation || !system || !timeline || *timeline == 0) return std::nullopt;
    History history{*generation, *system, *timeline};
    if (parts.size() == 3) return history;
    auto nodes = parse_nodes(parts[3]);
    if (!nodes) return std::nullopt;
    history.left_behind = std::move(*nodes);
    return history;
}

}  // namespace ra
