#pragma once

#include <string>
#include <string_view>

namespace ra {

// The reason that pgpool gave for its end, from what it wrote to its log since it was started: its last PANIC, FATAL or
// ERROR message with the DETAIL behind it, else its last line. Empty if it wrote nothing.
[[nodiscard]] std::string startup_error(std::string_view log);

}  // namespace ra
