// interrupt PID-FILE: sends that process SIGINT, and returns when it has ended by itself.

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/files.h"
#include "base/text.h"
#include "base/unique_fd.h"

int main(int argc, char** argv) {
    constexpr std::size_t limit = 64;
    const auto text = ra::read_file(argc > 1 ? argv[1] : "", limit);
    // pgpool writes a NUL behind the number.
    const auto pid = ra::parse_number<pid_t>(text.ok() ? ra::trim(text->c_str()) : "");
    const ra::UniqueFd process(pid ? static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)) : -1);
    if (!process || ::syscall(SYS_pidfd_send_signal, process.get(), SIGINT, nullptr, 0) != 0) {
        std::fputs("interrupt: there is no such process\n", stderr);
        return 1;
    }
    struct pollfd end {
        process.get(), POLLIN, 0
    };
    return ::poll(&end, 1, -1) == 1 ? 0 : 1;
}
