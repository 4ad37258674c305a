#include "base/result.h"

#include <fmt/format.h>

#include <cstring>

namespace ra {

Error system_error(std::string_view what, std::string_view object, int number) {
    return {fmt::format("cannot {} '{}': {}", what, object, std::strerror(number)), number};
}

}  // namespace ra
