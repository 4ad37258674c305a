#pragma once

#include <cstdint>
#include <string>

#include "base/unique_fd.h"

namespace ra::test {

// A TCP port that nobody listens on, never the same one twice. It is not one of those that the kernel gives to
// clients: none of these can take it meanwhile.
[[nodiscard]] std::uint16_t free_port();

// A socket that accepts connections on `address` and belongs to this process. It never answers.
[[nodiscard]] UniqueFd listen_on(const std::string& address, std::uint16_t port);

// A connection to 127.0.0.1 over which nothing is sent.
[[nodiscard]] UniqueFd connect_to(std::uint16_t port);

}  // namespace ra::test
