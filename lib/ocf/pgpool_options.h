#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace ra {

// An option of the pgpool command: getopt_long() in src/main/main.c of pgpool 4.0 to 4.7.
struct PgpoolOption {
    char letter;
    std::string_view name;
    bool takes_value;
    bool is_the_agents;  // it says what the agent itself decides: which files, which mode, which action
};

inline constexpr std::array pgpool_options{
    PgpoolOption{'a', "hba-file", true, true},
    PgpoolOption{'f', "config-file", true, true},
    PgpoolOption{'F', "pcp-file", true, true},
    PgpoolOption{'k', "key-file", true, false},
    PgpoolOption{'m', "mode", true, true},
    PgpoolOption{'n', "dont-detach", false, true},
    PgpoolOption{'h', "help", false, true},
    PgpoolOption{'v', "version", false, true},
    PgpoolOption{'c', "clear", false, false},
    PgpoolOption{'C', "clear-oidmaps", false, false},
    PgpoolOption{'D', "discard-status", false, false},
    PgpoolOption{'d', "debug", false, false},
    PgpoolOption{'x', "debug-assertions", false, false},
};

// Null for what is no option of pgpool.
[[nodiscard]] constexpr const PgpoolOption* find_long_option(std::string_view name) {
    const auto* found = std::ranges::find(pgpool_options, name, &PgpoolOption::name);
    return found == pgpool_options.end() ? nullptr : found;
}
[[nodiscard]] constexpr const PgpoolOption* find_short_option(char letter) {
    const auto* found = std::ranges::find(pgpool_options, letter, &PgpoolOption::letter);
    return found == pgpool_options.end() ? nullptr : found;
}

}  // namespace ra
