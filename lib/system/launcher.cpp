#include "system/launcher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/handles.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>
#include <cerrno>
#include <csignal>

namespace ra {

namespace {

namespace process = boost::process;

process::environment to_environment(const Variables& variables) {
    process::environment environment;
    for (const auto& [name, value] : variables) environment[name] = value;
    return environment;
}

Ending ending_of(int status) {
    if (WIFSIGNALED(status)) return {std::nullopt, WTERMSIG(status)};
    return {WEXITSTATUS(status), std::nullopt};
}

// What the caller ignores or blocks is none of the daemon's business; an ignored SIGPIPE or SIGINT would outlive exec.
void reset_signals() {
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL);  // fails for SIGKILL and such, which have no other
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Runs between fork and exec: only plain system calls. A failure ends the child before it can run as somebody it must
// not be; the words reach the log.
void become(const SystemUser& user) {
    reset_signals();
    ::setsid();
    ::umask(022);
    const bool is_root = ::geteuid() == 0;
    if (::chdir("/") == 0 && (!is_root || (::setgroups(user.groups.size(), user.groups.data()) == 0 &&
                                           ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0)))
        return;
    constexpr std::string_view words = "FATAL:  cannot become the user that runs pgpool\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, words.data(), words.size());
    ::_exit(126);
}

// What the child writes to `pipe` until it closes it; false at the deadline.
bool read_until_closed(const UniqueFd& pipe, std::string& text, Deadline deadline) {
    constexpr std::size_t limit = std::size_t{1} << 20;
    char buffer[4096];
    for (;;) {
        struct pollfd readable {
            pipe.get(), POLLIN, 0
        };
        const int ready = ::poll(&readable, 1, static_cast<int>(deadline.remaining().count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const auto got = ::read(pipe.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return true;
        if (text.size() < limit) text.append(buffer, static_cast<std::size_t>(got));
    }
}

}  // namespace

std::string Ending::text() const {
    if (signal) return fmt::format("signal {}", *signal);
    return fmt::format("exit status {}", exit_status.value_or(0));
}

struct Daemon::Child {
    process::child handle;
    std::optional<Ending> ending;
};

Daemon::Daemon(std::unique_ptr<Child> child) : child_(std::move(child)) {}
Daemon::Daemon(Daemon&&) noexcept = default;
Daemon& Daemon::operator=(Daemon&&) noexcept = default;
Daemon::~Daemon() {
    if (child_) child_->handle.detach();
}

pid_t Daemon::pid() const { return child_->handle.id(); }

std::optional<Ending> Daemon::ending() {
    int status = 0;
    if (!child_->ending && ::waitpid(pid(), &status, WNOHANG) == pid()) child_->ending = ending_of(status);
    return child_->ending;
}

Result<Daemon> launch_daemon(const Command& command, const SystemUser& user, const UniqueFd& log) {
    std::error_code failure;
    process::child child(
        process::exe = command.program.native(), process::args = command.arguments, to_environment(command.environment),
        process::std_in < process::null, process::posix::fd.bind(STDOUT_FILENO, log.get()),
        process::posix::fd.bind(STDERR_FILENO, log.get()), process::limit_handles,
        process::extend::on_exec_setup = [&user](auto&) { become(user); }, failure);
    if (failure) return system_error("start", command.program.native(), failure.value());
    return Daemon(std::make_unique<Daemon::Child>(Daemon::Child{std::move(child), std::nullopt}));
}

Result<Output> run(const Command& command, Deadline deadline) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe for", command.program.native(), errno);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    std::error_code failure;
    process::child child(
        process::exe = command.program.native(), process::args = command.arguments, to_environment(command.environment),
        process::std_in<process::null, process::posix::fd.bind(STDOUT_FILENO, writer.get()), process::std_err>
            process::null,
        process::limit_handles, failure);
    if (failure) return system_error("start", command.program.native(), failure.value());
    writer = UniqueFd();
    Output output;
    const bool finished = read_until_closed(reader, output.text, deadline);
    if (!finished) ::kill(child.id(), SIGKILL);  // our own child, not yet waited for: the pid is still its own
    int status = 0;
    while (::waitpid(child.id(), &status, 0) < 0 && errno == EINTR) {
    }
    child.detach();
    if (!finished)
        return Error{fmt::format("cannot wait longer for '{}': no answer in time", command.program.filename().native()),
                     ETIMEDOUT};
    output.ending = ending_of(status);
    return output;
}

}  // namespace ra
