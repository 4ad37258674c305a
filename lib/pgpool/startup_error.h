#pragma once

#include <string>
#include <string_view>

namespace ra {

// The reason that pgpool gave for its end, from what it wrote to its log since it was started: its last PANIC, FATAL or
// ERROR message with the DETAIL behind it, else its last line. Empty if it wrote nothing.
[[nodiscard]] std::string startup_error(std::string_view log);

// Its last PANIC or FATAL message with the DETAIL behind it: the process that said it ends, or hangs at it. Empty if
// there is none.
[[nodiscard]] std::string fatal_error(std::string_view log);

}  // namespace ra
