#include "tests/support/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <set>
#include <stdexcept>

namespace ra::test {

namespace {

struct sockaddr_in address_of(const std::string& address, std::uint16_t port) {
    struct sockaddr_in name {};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    return name;
}

UniqueFd make_socket() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

bool bind_to(const UniqueFd& socket, const std::string& address, std::uint16_t port) {
    const auto name = address_of(address, port);
    return ::bind(socket.get(), reinterpret_cast<const struct sockaddr*>(&name), sizeof name) == 0;
}

}  // namespace

std::uint16_t free_port() {
    static std::mt19937 random{std::random_device{}()};
    static std::set<std::uint16_t> given;
    constexpr std::uint16_t lowest = 20000;
    constexpr std::uint16_t below_ip_local_port_range = 32767;
    std::uniform_int_distribution<std::uint16_t> any(lowest, below_ip_local_port_range);
    for (;;) {
        const auto port = any(random);
        if (bind_to(make_socket(), "0.0.0.0", port) && given.insert(port).second) return port;
    }
}

UniqueFd listen_on(const std::string& address, std::uint16_t port) {
    auto socket = make_socket();
    if (!bind_to(socket, address, port) || ::listen(socket.get(), 1) != 0)
        throw std::runtime_error("cannot listen on port " + std::to_string(port) + ": " + std::strerror(errno));
    return socket;
}

UniqueFd connect_to(std::uint16_t port) {
    auto socket = make_socket();
    const auto name = address_of("127.0.0.1", port);
    if (::connect(socket.get(), reinterpret_cast<const struct sockaddr*>(&name), sizeof name) != 0)
        throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " + std::strerror(errno));
    return socket;
}

}  // namespace ra::test
