#include "os/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace ra {

std::optional<struct sockaddr_un> unix_address(const std::filesystem::path& path) {
    struct sockaddr_un address {};
    if (path.native().size() >= sizeof address.sun_path) return std::nullopt;
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, path.native().size());  // the rest is zero
    return address;
}

bool is_dead_socket(const std::filesystem::path& path) {
    struct stat about {};
    if (::lstat(path.c_str(), &about) != 0 || !S_ISSOCK(about.st_mode)) return false;
    const auto address = unix_address(path);
    const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!address || !client) return false;
    const int connected = ::connect(client.get(), reinterpret_cast<const struct sockaddr*>(&*address), sizeof *address);
    return connected != 0 && errno == ECONNREFUSED;
}

Status remove_dead_socket(const std::filesystem::path& path) {
    if (is_dead_socket(path) && ::unlink(path.c_str()) != 0 && errno != ENOENT)
        return system_error("remove the socket", path.native(), errno);
    return Done{};
}

}  // namespace ra
