#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace ra::test {

namespace {

std::runtime_error failure(const std::string& what, int number) {
    return std::runtime_error(what + ": " + std::strerror(number));
}

struct Pipe {
    UniqueFd reader;
    UniqueFd writer;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw failure("cannot make a pipe", errno);
        reader = UniqueFd(ends[0]);
        writer = UniqueFd(ends[1]);
        ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    }
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> assignments(Variables variables) {
    variables.emplace("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    std::vector<std::string> texts;
    for (const auto& [name, value] : variables) texts.push_back(name + "=" + value);
    return texts;
}

pid_t spawn(Words words, const Variables& environment, const UniqueFd& out, const UniqueFd& err) {
    auto variables = assignments(environment);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, out.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, err.get(), STDERR_FILENO);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t pid = 0;
    const int number = ::posix_spawnp(&pid, words.front().c_str(), &files, &attributes, pointers_to(words).data(),
                                      pointers_to(variables).data());
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
    if (number != 0) throw failure("cannot run '" + words.front() + "', which these tests need", number);
    return pid;
}

// Reads what is there; false once nobody holds the other end any more.
bool drain(const UniqueFd& pipe, std::string& text) {
    char buffer[4096];
    for (;;) {
        const auto got = ::read(pipe.get(), buffer, sizeof buffer);
        if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
        if (got == 0) return false;
        if (got < 0 && errno != EINTR) return true;
    }
}

}  // namespace

Words operator+(Words first, const Words& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Program::Program(const Words& words, const Variables& environment) : name_(words.front()) {
    Pipe out;
    Pipe err;
    pid_ = spawn(words, environment, out.writer, err.writer);
    out_ = std::move(out.reader);
    err_ = std::move(err.reader);
}

Program::Program(Program&& other) noexcept
    : name_(std::move(other.name_)),
      pid_(std::exchange(other.pid_, 0)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      ended_(std::move(other.ended_)) {}

Program::~Program() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Program::collect() {
    const bool out_held = drain(out_, ended_.out);
    const bool err_held = drain(err_, ended_.err);
    ended_.output_closed = !out_held && !err_held;
}

Ended Program::wait(std::chrono::milliseconds limit) {
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    const auto end = std::chrono::steady_clock::now() + limit;
    constexpr int interval = 50;  // often enough that no pipe is ever full
    struct pollfd ended {
        pidfd.get(), POLLIN, 0
    };
    while (::poll(&ended, 1, interval) != 1) {
        collect();
        if (std::chrono::steady_clock::now() < end) continue;
        ::kill(-pid_, SIGKILL);
        throw std::runtime_error("'" + name_ + "' did not end in time; it wrote: " + ended_.out + ended_.err);
    }
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    collect();
    ended_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended_;
}

Ended Program::end(int signal) {
    ::kill(pid_, signal);
    return wait();
}

Ended run(const Words& words, const Variables& environment, std::chrono::milliseconds limit) {
    return Program(words, environment).wait(limit);
}

std::string output_of(const Words& words, const Variables& environment) {
    auto ended = run(words, environment);
    if (ended.exit_code != 0) throw std::runtime_error("'" + words.front() + "' failed: " + ended.out + ended.err);
    return ended.out;
}

std::string postgres_program(const std::string& name) {
    auto path = POSTGRES_PROGRAMS "/" + name;
    if (!std::filesystem::exists(path)) throw std::runtime_error("these tests need PostgreSQL's " + path);
    return path;
}

Words as_server_account(const Words& words) {
    return Words{"setpriv", "--reuid", PGPOOL_ACCOUNT, "--regid", PGPOOL_ACCOUNT, "--init-groups", "--"} + words;
}

}  // namespace ra::test
