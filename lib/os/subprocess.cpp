#include "os/subprocess.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <thread>

#include "base/text.h"
#include "os/system_calls.h"

// Since Boost 1.86 this library is called v1, and the name alone means another one.
#if __has_include(<boost/process/v1/child.hpp>)
#include <boost/process/v1/args.hpp>
#include <boost/process/v1/child.hpp>
#include <boost/process/v1/env.hpp>
#include <boost/process/v1/exe.hpp>
#include <boost/process/v1/extend.hpp>
#include <boost/process/v1/io.hpp>
#include <boost/process/v1/posix.hpp>
namespace process = boost::process::v1;
#else
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>
namespace process = boost::process;
#endif

namespace ra {

namespace {

process::environment to_environment(const Variables& variables) {
    process::environment environment;
    for (const auto& [name, value] : variables) environment[name] = value;
    return environment;
}

Ending ending_of(int status) {
    if (WIFSIGNALED(status)) return {std::nullopt, WTERMSIG(status)};
    return {WEXITSTATUS(status), std::nullopt};
}

// Runs between fork and exec. Marked, not closed: through one of them Boost.Process learns that exec has failed.
void close_on_exec() {
    constexpr unsigned first = STDERR_FILENO + 1;
    constexpr unsigned mark_only = 1U << 2;  // CLOSE_RANGE_CLOEXEC, since Linux 5.11
    if (::syscall(system_call::close_range, first, ~0U, mark_only) == 0) return;
    // Not up to the limit of open files, which may be a billion. glibc lets a forked
    // child allocate, also where another thread of the agent waits for a directory service.
    const std::unique_ptr<DIR, int (*)(DIR*)> open_files(::opendir("/proc/self/fd"), &::closedir);
    while (const auto* entry = open_files ? ::readdir(open_files.get()) : nullptr) {
        const auto fd = parse_number<unsigned>(entry->d_name);
        if (fd && *fd >= first) ::fcntl(static_cast<int>(*fd), F_SETFD, FD_CLOEXEC);
    }
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
void become(const SystemUser* user) {
    reset_signals();
    ::setsid();
    ::umask(022);
    const bool must_switch = user != nullptr && ::geteuid() == 0;
    if (::chdir("/") == 0 && (!must_switch || (::setgroups(user->groups.size(), user->groups.data()) == 0 &&
                                               ::setgid(user->gid) == 0 && ::setuid(user->uid) == 0)))
        return;
    constexpr std::string_view words = "FATAL:  cannot become the user that runs pgpool\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, words.data(), words.size());
    ::_exit(126);
}

// Of some failures, as that of pipe(2), Boost.Process tells only by a child without a process. Its pid would be -1,
// which means every process to kill(2) and every child to waitpid(2).
Status started(const process::child& child, const std::error_code& failure, const std::filesystem::path& program) {
    if (failure) return system_error("start", program.native(), failure.value());
    if (child.id() <= 0) return system_error("start", program.native(), errno);
    return Done{};
}

// The configuration of a large cluster is printed as a whole.
constexpr std::size_t longest_text = std::size_t{16} << 20;

// A program whose stdout is read.
class OutputReader {
 public:
    static Result<OutputReader> start(const Command& command) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe for", command.program.native(), errno);
        UniqueFd reader(ends[0]);
        const UniqueFd writer(ends[1]);
        std::error_code failure;
        process::child child(
            process::exe = command.program.native(), process::args = command.arguments,
            to_environment(command.environment), (process::std_in < process::null),
            process::posix::fd.bind(STDOUT_FILENO, writer.get()), (process::std_err > process::null),
            process::extend::on_exec_setup = [](auto&) { close_on_exec(); }, failure);
        const auto status = started(child, failure, command.program);
        if (!status) return status.error();
        return OutputReader(std::move(child), std::move(reader));
    }

    // Until it ends, or until the deadline, at which it is killed.
    Output finish(Deadline deadline) {
        Output output;
        int status = 0;
        output.timed_out = !read_until_closed(output.text, deadline);
        output.too_long = output.text.size() > longest_text;
        output.timed_out = output.timed_out || (!output.too_long && !wait_until_ended(status, deadline));
        if (output.timed_out || output.too_long) {
            ::kill(child_.id(), SIGKILL);  // not waited for yet, so that the pid is still its own
            while (::waitpid(child_.id(), &status, 0) < 0 && errno == EINTR) {
            }
        }
        child_.detach();
        output.ending = ending_of(status);
        return output;
    }

 private:
    OutputReader(process::child child, UniqueFd pipe) : child_(std::move(child)), pipe_(std::move(pipe)) {}

    // Or until it is too long. False at the deadline.
    bool read_until_closed(std::string& text, Deadline deadline) const {
        char buffer[4096];
        for (;;) {
            struct pollfd readable {
                pipe_.get(), POLLIN, 0
            };
            const int ready = ::poll(&readable, 1, deadline.poll_timeout());
            if (ready < 0 && errno == EINTR) continue;
            if (ready <= 0) return false;
            const auto got = ::read(pipe_.get(), buffer, sizeof buffer);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return true;
            text.append(buffer, static_cast<std::size_t>(got));
            if (text.size() > longest_text) return true;
        }
    }

    // It ends right after it has closed its stdout, as a rule.
    bool wait_until_ended(int& status, Deadline deadline) const {
        constexpr Milliseconds interval{1};
        while (::waitpid(child_.id(), &status, WNOHANG) != child_.id()) {
            if (deadline.passed()) return false;
            std::this_thread::sleep_for(interval);
        }
        return true;
    }

    process::child child_;
    UniqueFd pipe_;
};

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

Result<Daemon> launch_daemon(const Command& command, const SystemUser* user, const UniqueFd& log) {
    std::error_code failure;
    process::child child(
        process::exe = command.program.native(), process::args = command.arguments, to_environment(command.environment),
        (process::std_in < process::null), process::posix::fd.bind(STDOUT_FILENO, log.get()),
        process::posix::fd.bind(STDERR_FILENO, log.get()),
        process::extend::on_exec_setup =
            [user](auto&) {
                close_on_exec();
                become(user);
            },
        failure);
    const auto status = started(child, failure, command.program);
    if (!status) return status.error();
    return Daemon(std::make_unique<Daemon::Child>(Daemon::Child{std::move(child), std::nullopt}));
}

Result<Output> run_program(const Command& command, Deadline deadline) {
    auto reader = OutputReader::start(command);
    if (!reader) return reader.error();
    return reader->finish(deadline);
}

Outputs run_programs(const Command& first, const Command& second, Deadline deadline) {
    // What one writes while the other is read waits in its pipe; both print less than a pipe holds.
    auto first_reader = OutputReader::start(first);
    auto second_reader = OutputReader::start(second);
    const auto finish = [deadline](Result<OutputReader>& reader) -> Result<Output> {
        if (!reader) return reader.error();
        return reader->finish(deadline);
    };
    auto first_output = finish(first_reader);
    return {std::move(first_output), finish(second_reader)};
}

}  // namespace ra
