#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <stdexcept>

#include "base/unique_fd.h"

namespace ra {

// A UNIX socket that listens as long as the result lives; its file stays behind.
inline UniqueFd listen_on(const std::filesystem::path& path) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(fd.get(), reinterpret_cast<const struct sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 1) != 0)
        throw std::runtime_error("cannot listen on " + path.native());
    return fd;
}

}  // namespace ra
