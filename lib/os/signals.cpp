#include "os/signals.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "base/unique_fd.h"
#include "os/system_calls.h"

namespace ra {

namespace {

UniqueFd open_pidfd(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(system_call::pidfd_open, pid, 0))); }

bool is_still(const ProcFs& proc, ProcessId process) {
    const auto stat = proc.stat(process.pid);
    return stat && stat->id == process && !stat->dead();
}

// Kernels before 5.1 have no pidfd; there the check just before it is all that can be done.
int send(const UniqueFd& pidfd, pid_t pid, int signal) {
    if (pidfd) return static_cast<int>(::syscall(system_call::pidfd_send_signal, pidfd.get(), signal, nullptr, 0));
    return ::kill(pid, signal);
}

}  // namespace

Status send_signal(const ProcFs& proc, ProcessId process, int signal) {
    const auto pidfd = open_pidfd(process.pid);
    const auto stat = proc.stat(process.pid);
    if (!stat && !vanished(stat.error())) return stat.error();
    if (!stat || stat->id != process || stat->dead()) return Done{};
    if (send(pidfd, process.pid, signal) != 0 && errno != ESRCH)
        return system_error(fmt::format("send signal {} to process", signal),
                            fmt::format("{} ({})", process.pid, stat->name), errno);
    if (stat->stopped() && signal != SIGKILL && signal != SIGHUP) send(pidfd, process.pid, SIGCONT);
    return Done{};
}

void wait_for_end(const ProcFs& proc, ProcessId process, Deadline deadline) {
    constexpr Milliseconds interval{50};
    const auto pidfd = open_pidfd(process.pid);
    while (is_still(proc, process) && !deadline.passed()) {
        if (!pidfd) {
            std::this_thread::sleep_for(std::min(interval, deadline.remaining()));
            continue;
        }
        struct pollfd ended {
            pidfd.get(), POLLIN, 0
        };
        ::poll(&ended, 1, deadline.poll_timeout());
    }
}

}  // namespace ra
