// crowd COUNT: that many more processes, which do nothing. Says "ready" when they are there, and ends them when its
// standard input ends. They also end with it, however it ends.

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/text.h"

namespace {

[[noreturn]] void do_nothing() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
}

class Crowd {
 public:
    Crowd() = default;
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd() {
        for (const auto pid : members_) ::kill(pid, SIGKILL);
        for (const auto pid : members_) ::waitpid(pid, nullptr, 0);
    }

    bool grow() {
        const auto pid = ::fork();
        if (pid == 0) do_nothing();
        if (pid > 0) members_.push_back(pid);
        return pid > 0;
    }

 private:
    std::vector<pid_t> members_;
};

}  // namespace

int main(int argc, char** argv) {
    const auto count = ra::parse_number<int>(argc > 1 ? argv[1] : "");
    if (!count) return 2;
    Crowd crowd;
    for (int i = 0; i < *count; ++i) {
        if (crowd.grow()) continue;
        std::fprintf(stderr, "crowd: there are no more than %d processes: %s\n", i, std::strerror(errno));
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}
