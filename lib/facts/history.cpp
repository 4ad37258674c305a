#include "facts/history.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ra {

std::optional<History> newer_of(const std::optional<History>& first, const std::optional<History>& second) {
    if (!first || !second) return first ? first : second;
    if (first->generation != second->generation) return first->generation > second->generation ? first : second;
    if (first->system_identifier != second->system_identifier) return first;
    return first->timeline >= second->timeline ? first : second;
}

std::string to_text(const History& history) {
    return fmt::format("{}.{}.{}", history.generation, history.system_identifier, history.timeline);
}

std::optional<History> parse_history(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 3) return std::nullopt;
    const auto generation = parse_number<std::uint32_t>(parts[0]);
    const auto system = parse_number<std::uint64_t>(parts[1]);
    const auto timeline = parse_number<std::uint32_t>(parts[2]);
    if (!generation || !system || !timeline || *timeline == 0) return std::nullopt;
    return History{*generation, *system, *timeline};
}

}  // namespace ra
