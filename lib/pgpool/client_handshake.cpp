#include "pgpool/client_handshake.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/unique_fd.h"
#include "os/unix_socket.h"

namespace ra {

namespace {

struct SocketAddress {
    struct sockaddr_storage storage {};
    socklen_t length = 0;
};

std::optional<SocketAddress> to_socket_address(const std::filesystem::path& path) {
    const auto address = unix_address(path);
    if (!address) return std::nullopt;
    SocketAddress result;
    std::memcpy(&result.storage, &*address, sizeof *address);
    result.length = sizeof *address;
    return result;
}

// A listener on every address is asked over the loopback.
std::optional<SocketAddress> to_socket_address(const TcpListener& listener) {
    SocketAddress result;
    struct sockaddr_in version_4 {};
    const auto address_4 = listener.address == "0.0.0.0" ? "127.0.0.1" : listener.address;
    if (::inet_pton(AF_INET, address_4.c_str(), &version_4.sin_addr) == 1) {
        version_4.sin_family = AF_INET;
        version_4.sin_port = htons(listener.port);
        std::memcpy(&result.storage, &version_4, sizeof version_4);
        result.length = sizeof version_4;
        return result;
    }
    struct sockaddr_in6 version_6 {};
    const auto address_6 = listener.address == "::" ? "::1" : listener.address;
    if (::inet_pton(AF_INET6, address_6.c_str(), &version_6.sin6_addr) != 1) return std::nullopt;
    version_6.sin6_family = AF_INET6;
    version_6.sin6_port = htons(listener.port);
    std::memcpy(&result.storage, &version_6, sizeof version_6);
    result.length = sizeof version_6;
    return result;
}

// A signal does not end the wait.
bool wait_until(const UniqueFd& socket, short event, Deadline deadline) {
    for (;;) {
        struct pollfd ready {
            socket.get(), event, 0
        };
        const int count = ::poll(&ready, 1, deadline.poll_timeout());
        if (count >= 0 || errno != EINTR) return count == 1;
    }
}

}  // namespace

bool accepts_client(const ClientAddress& address, Deadline deadline) {
    const auto target = std::visit([](const auto& where) { return to_socket_address(where); }, address);
    if (!target) return false;
    const UniqueFd socket(::socket(target->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return false;
    const auto* name = reinterpret_cast<const struct sockaddr*>(&target->storage);
    if (::connect(socket.get(), name, target->length) != 0 && errno != EINPROGRESS) return false;
    if (!wait_until(socket, POLLOUT, deadline)) return false;
    // Length and code in network byte order: PostgreSQL's protocol, "SSLRequest".
    constexpr std::array<unsigned char, 8> ssl_request{0, 0, 0, 8, 4, 210, 22, 47};
    if (::send(socket.get(), ssl_request.data(), ssl_request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(ssl_request.size()))
        return false;
    char answer = 0;
    return wait_until(socket, POLLIN, deadline) && ::recv(socket.get(), &answer, 1, 0) == 1;
}

}  // namespace ra
