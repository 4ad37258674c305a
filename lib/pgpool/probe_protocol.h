#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/backend.h"

namespace ra {

// What was heard of a backend that gave no state.
enum class Heard {
    not_asked,   // its host has no address that is known
    nothing,     // or a refusal by the kernel of its host, in words
    connection,  // its host took the connection, and no word came
    answer,      // a server answered, but with a refusal: what it is, is not known
};

struct BackendFailure {
    int id = 0;
    Heard heard = Heard::nothing;
    std::string message;

    friend bool operator==(const BackendFailure&, const BackendFailure&) = default;
};

// pgpool-ask-pcp and pgpool-ask-postgres are the programs that load libpcp and libpq for the agent. They are told what
// to do by their arguments and by environment variables, answer with an exit status, and print one fact a line, its
// fields between tabs; on failure the reason. What has been printed counts even if the rest never came.
namespace probe {

inline constexpr int answered = 0;
inline constexpr int refused = 1;      // the server said no
inline constexpr int unreachable = 2;  // no connection
inline constexpr int silent = 3;       // no answer in time
inline constexpr int misused = 4;
inline constexpr int without_library = 5;  // no libpcp, or none of the release of this pgpool

[[nodiscard]] std::string to_line(const NodeInfo& node);
[[nodiscard]] std::string to_line(const BackendState& state);
[[nodiscard]] std::string to_line(const BackendFailure& failure);

// Nothing for a line of another kind, or one that is cut.
[[nodiscard]] std::optional<NodeInfo> parse_node(std::string_view line);
[[nodiscard]] std::optional<BackendState> parse_state(std::string_view line);
[[nodiscard]] std::optional<BackendFailure> parse_failure(std::string_view line);

// The variables of one backend to ask: libpq's connection parameters behind "BACKEND<id>_", so that no secret is on a
// command line.
inline constexpr std::string_view backend_prefix = "BACKEND";

}  // namespace probe

}  // namespace ra
