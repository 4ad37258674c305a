#include "os/sock_diag.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/unique_fd.h"

namespace ra {

namespace {

Error no_answer(int number) { return system_error("ask the kernel for", "listening sockets", number); }

Result<UniqueFd> open_netlink() {
    UniqueFd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!netlink) return no_answer(errno);
    constexpr struct timeval patience { 2, 0 };
    if (::setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) return no_answer(errno);
    return netlink;
}

Status send_request(const UniqueFd& netlink, unsigned char family) {
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } message{};
    message.header.nlmsg_len = sizeof message;
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.request.sdiag_family = family;
    message.request.sdiag_protocol = IPPROTO_TCP;
    message.request.idiag_states = 1U << TCP_LISTEN;
    if (::send(netlink.get(), &message, sizeof message, 0) != sizeof message) return no_answer(errno);
    return Done{};
}

// An attribute behind what the message says about a socket in `size` bytes; nothing if it is not there.
template <typename Value>
std::optional<Value> find_attribute(const struct nlmsghdr& message, std::size_t size, unsigned short type) {
    const auto* first = static_cast<const char*>(NLMSG_DATA(&message)) + size;
    const auto* attribute = reinterpret_cast<const struct rtattr*>(first);
    auto left = static_cast<int>(message.nlmsg_len) - static_cast<int>(NLMSG_LENGTH(size));
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        if (attribute->rta_type != type || RTA_PAYLOAD(attribute) < sizeof(Value)) continue;
        Value value;
        std::memcpy(&value, RTA_DATA(attribute), sizeof value);
        return value;
    }
    return {};
}

// Older kernels do not say.
std::optional<bool> find_ipv6_only(const struct nlmsghdr& message) {
    const auto value = find_attribute<std::uint8_t>(message, sizeof(struct inet_diag_msg), INET_DIAG_SKV6ONLY);
    if (!value) return {};
    return *value != 0;
}

void add_if_wanted(const struct nlmsghdr& message, const std::vector<std::uint16_t>& ports,
                   std::vector<TcpListener>& listeners) {
    const auto& found = *static_cast<const struct inet_diag_msg*>(NLMSG_DATA(&message));
    const auto port = ntohs(found.id.idiag_sport);
    char address[INET6_ADDRSTRLEN];
    if (std::ranges::find(ports, port) == ports.end() ||
        ::inet_ntop(found.idiag_family, static_cast<const void*>(found.id.idiag_src), address, sizeof address) ==
            nullptr)
        return;
    listeners.push_back({address, port, found.idiag_inode, find_ipv6_only(message)});
}

// One datagram of the answer; true when it was the last.
Result<bool> read_answer(const UniqueFd& netlink, const std::vector<std::uint16_t>& ports,
                         std::vector<TcpListener>& listeners) {
    alignas(struct nlmsghdr) std::array<char, 32768> buffer;
    const auto received = ::recv(netlink.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) return false;
    if (received <= 0) return no_answer(received < 0 ? errno : EIO);
    auto left = static_cast<unsigned>(received);
    for (auto* message = reinterpret_cast<struct nlmsghdr*>(buffer.data()); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type == NLMSG_DONE) return true;
        if (message->nlmsg_type == NLMSG_ERROR)
            return no_answer(-static_cast<const struct nlmsgerr*>(NLMSG_DATA(message))->error);
        add_if_wanted(*message, ports, listeners);
    }
    return false;
}

Status dump(const UniqueFd& netlink, unsigned char family, const std::vector<std::uint16_t>& ports,
            std::vector<TcpListener>& listeners) {
    auto sent = send_request(netlink, family);
    if (!sent) return sent;
    for (;;) {
        const auto last = read_answer(netlink, ports, listeners);
        if (!last) return last.error();
        if (*last) return Done{};
    }
}

}  // namespace

Result<std::vector<TcpListener>> ask_for_tcp_listeners(const std::vector<std::uint16_t>& ports) {
    const auto opened = open_netlink();
    if (!opened) return opened.error();
    const auto& netlink = *opened;
    std::vector<TcpListener> listeners;
    constexpr std::array<unsigned char, 2> families{AF_INET, AF_INET6};
    for (const auto family : families) {
        const auto status = dump(netlink, family, ports, listeners);
        if (!status) return status.error();
    }
    return listeners;
}

Result<std::uint32_t> ask_for_file_of_unix_socket(ino_t socket) {
    const auto netlink = open_netlink();
    if (!netlink) return netlink.error();
    struct {
        struct nlmsghdr header;
        struct unix_diag_req request;
    } question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.request.sdiag_family = AF_UNIX;
    question.request.udiag_states = ~0U;
    question.request.udiag_ino = static_cast<std::uint32_t>(socket);
    question.request.udiag_show = UDIAG_SHOW_VFS;
    question.request.udiag_cookie[0] = question.request.udiag_cookie[1] =
        static_cast<std::uint32_t>(INET_DIAG_NOCOOKIE);
    if (::send(netlink->get(), &question, sizeof question, 0) != sizeof question) return no_answer(errno);
    alignas(struct nlmsghdr) std::array<char, 4096> buffer;
    const auto received = ::recv(netlink->get(), buffer.data(), buffer.size(), 0);
    const auto* answer = reinterpret_cast<const struct nlmsghdr*>(buffer.data());
    if (received <= 0 || !NLMSG_OK(answer, static_cast<unsigned>(received)))
        return no_answer(received < 0 ? errno : EIO);
    if (answer->nlmsg_type == NLMSG_ERROR)
        return no_answer(-static_cast<const struct nlmsgerr*>(NLMSG_DATA(answer))->error);
    const auto file = find_attribute<struct unix_diag_vfs>(*answer, sizeof(struct unix_diag_msg), UNIX_DIAG_VFS);
    if (!file) return no_answer(ENOENT);
    return file->udiag_vfs_ino;
}

}  // namespace ra
