#pragma once

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/unit/decide/cases/state.h"

namespace ra::cases {

// A line of state, or the beginning of one, and what it does to the state.
struct Phrase {
    using Whole = void (*)(State& state);
    using Beginning = bool (*)(State& state, std::string_view rest);  // false: the rest is not understood

    std::string_view text;
    std::variant<Whole, Beginning> effect;
};
using Phrases = std::span<const Phrase>;

[[nodiscard]] Phrases role_phrases();       // pgpool, PCP and the backends
[[nodiscard]] Phrases rival_phrases();      // where else the resource is active
[[nodiscard]] Phrases isolation_phrases();  // whether this node is cut off
[[nodiscard]] Phrases effect_phrases();     // what comes of what pgpool is told
[[nodiscard]] Phrases clone_phrases();
[[nodiscard]] Phrases takeover_phrases();
[[nodiscard]] Phrases memory_phrases();
[[nodiscard]] Phrases action_phrases();  // which action, its parameters, and what else a monitor looks at

// False: no phrase understands the line.
[[nodiscard]] bool take(State& state, std::string_view line, const std::vector<Phrases>& vocabulary);

}  // namespace ra::cases
