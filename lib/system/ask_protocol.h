#pragma once

// How pgpool-ask, the program that loads libpq, answers the agent: an exit status, and one line of detail on stdout.
namespace ra::ask {

inline constexpr int answered = 0;
inline constexpr int refused = 1;      // the server said no
inline constexpr int unreachable = 2;  // no connection
inline constexpr int silent = 3;       // PGCONNECT_TIMEOUT was over

}  // namespace ra::ask
