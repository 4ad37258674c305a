#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace ra {

// A socket that accepts TCP connections in our network namespace.
struct TcpListener {
    std::string address;  // "127.0.0.1", "0.0.0.0", "::" …
    std::uint16_t port = 0;
    ino_t inode = 0;
    std::optional<bool> ipv6_only{};  // of "::"; nothing: it is not known
};

// A socket that accepts connections on a path. The path is a name only: the file may have been removed or
// replaced since.
struct UnixListener {
    std::filesystem::path path;
    ino_t inode = 0;
    bool has_file = true;  // false: surely the file is gone, or leads to another socket
};

// Where a client reaches pgpool: a UNIX socket or a TCP listener.
using ClientAddress = std::variant<std::filesystem::path, TcpListener>;

// A process that is no pgpool and holds a TCP port that ours needs.
struct PortHolder {
    std::uint16_t port = 0;
    std::string address;
    pid_t pid = 0;  // 0: not found
    std::string name;
    std::optional<bool> ipv6_only{};
    ino_t inode = 0;  // of the socket
};

// A process that is no pgpool and accepts connections on a UNIX socket where ours needs one.
struct SocketHolder {
    std::filesystem::path path;
    pid_t pid = 0;  // 0: not found
    std::string name;
};

// Where PCP is asked, in the words of libpcp: the directory of a UNIX socket, or an address.
struct PcpAddress {
    std::string host;
    std::uint16_t port = 0;
};

}  // namespace ra
