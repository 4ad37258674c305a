#include "os/inherited_listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "os/system_calls.h"

namespace ra {

namespace {

// The descriptor may lead to another socket by now.
bool is_listening(int fd, ino_t inode) {
    struct stat file {};
    int listens = 0;
    socklen_t size = sizeof listens;
    return ::fstat(fd, &file) == 0 && file.st_ino == inode &&
           ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

}  // namespace

Status shut_down_inherited(const ProcFs& proc, pid_t holder, ino_t listener) {
    const UniqueFd pidfd(static_cast<int>(::syscall(system_call::pidfd_open, holder, 0)));
    if (!pidfd && errno == ESRCH) return Done{};
    if (!pidfd) return system_error("open process", fmt::format("{}", holder), errno);
    const auto descriptor = proc.descriptor_of(holder, listener);
    if (!descriptor && vanished(descriptor.error())) return Done{};
    if (!descriptor) return descriptor.error();
    if (!*descriptor) return Done{};
    const UniqueFd socket(static_cast<int>(::syscall(system_call::pidfd_getfd, pidfd.get(), **descriptor, 0)));
    if (!socket && (errno == ESRCH || errno == EBADF)) return Done{};
    if (!socket) return system_error("take pgpool's socket from process", fmt::format("{}", holder), errno);
    if (is_listening(socket.get(), listener)) ::shutdown(socket.get(), SHUT_RDWR);
    return Done{};
}

}  // namespace ra
