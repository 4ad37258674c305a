#include <arpa/inet.h>

#include <algorithm>

#include "os/listeners.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    const std::vector<std::uint16_t> ports{9999, 9898, 0};
    const auto listeners = parse_tcp_listeners(input, ports);
    demand(listeners.size() <= static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1,
           "a row is at most one listener");
    for (const auto& listener : listeners) {
        struct in6_addr parsed {};
        demand(std::ranges::find(ports, listener.port) != ports.end(), "only wanted ports are found");
        demand(::inet_pton(AF_INET, listener.address.c_str(), &parsed) == 1 ||
                   ::inet_pton(AF_INET6, listener.address.c_str(), &parsed) == 1,
               "an address is one");
    }
}

}  // namespace ra::fuzz
