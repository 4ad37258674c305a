#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ra {

// A history of PostgreSQL: which database system, and how far its timelines had come when it was served.
struct History {
    std::uint32_t generation = 0;  // raised by a person who gives a newer history up: what lower ones say is void
    std::uint64_t system_identifier = 0;
    std::uint32_t timeline = 0;
    std::vector<int> left_behind{};  // nodes of pgpool: standbys that received nothing when last looked at

    // As far as that orders them: whatever was left behind.
    [[nodiscard]] bool is_same_as(const History& other) const;

    [[nodiscard]] bool has_left_behind(int node) const;

    friend bool operator==(const History&, const History&) = default;
};

// The one that counts of two that were served: a higher generation, then a higher timeline of the same system; the
// first of the same. Two systems in one generation are never ordered: the first stays.
[[nodiscard]] std::optional<History> newer_of(const std::optional<History>& first,
                                              const std::optional<History>& second);

// "generation.system.timeline", and ".1,2" behind it where nodes were left behind, as it is kept in the record and in
// the cluster. Nothing for anything else.
[[nodiscard]] std::string to_text(const History& history);
[[nodiscard]] std::optional<History> parse_history(std::string_view text);

}  // namespace ra
