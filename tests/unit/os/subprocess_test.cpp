#include "os/subprocess.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "base/files.h"
#include "os/proc_fs.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

Command shell(const std::string& script, Variables environment = {}) {
    environment.emplace("PATH", "/usr/bin:/bin");
    return {"/bin/sh", {"-c", script}, std::move(environment)};
}

TEST_CASE("a program is run with its own arguments and environment and nothing else") {
    const auto output = run_program({"/usr/bin/env", {}, {{"ONE", "a b"}, {"TWO", "$x;`"}}}, Deadline::in(60s));
    REQUIRE(output);
    CHECK(output->text == "ONE=a b\nTWO=$x;`\n");
    CHECK(output->ending.exit_status == 0);
}

// As long as it lives, no more than `count` further files can be opened.
class FilesToSpare {
 public:
    explicit FilesToSpare(int count) {
        const UniqueFd next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        const struct rlimit few { static_cast<rlim_t>(next.get() + count), before_.rlim_max };
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    }
    ~FilesToSpare() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    FilesToSpare(const FilesToSpare&) = delete;
    FilesToSpare& operator=(const FilesToSpare&) = delete;

 private:
    struct rlimit before_ {};
};

// Each count makes another step fail.
TEST_CASE("a program that could not be started for want of files is an error, and none that has ended") {
    for (int count = 0; count < 8; ++count) {
        INFO(count << " files to spare");
        const auto output = [count] {
            const FilesToSpare few(count);
            return run_program({"/bin/false", {}, {}}, Deadline::in(60s));
        }();
        if (output) CHECK(output->ending.text() == "exit status 1");
        if (!output) CHECK(output.error().number == EMFILE);
    }
}

TEST_CASE("a daemon that could not be launched for want of files is an error") {
    const UniqueFd log(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    for (int count = 0; count < 4; ++count) {
        INFO(count << " files to spare");
        const FilesToSpare few(count);
        auto daemon = launch_daemon({"/bin/false", {}, {}}, nullptr, log);
        if (daemon) CHECK(daemon->pid() > 0);
        if (!daemon) CHECK(daemon.error().number == EMFILE);
    }
}

TEST_CASE("how a program ended is known") {
    const auto failed = run_program(shell("echo bad; exit 3"), Deadline::in(60s));
    REQUIRE(failed);
    CHECK(failed->text == "bad\n");
    CHECK(failed->ending.text() == "exit status 3");
    const auto killed = run_program(shell("kill -9 $$"), Deadline::in(60s));
    REQUIRE(killed);
    CHECK(killed->ending.text() == "signal 9");
}

TEST_CASE("a program that cannot be started is an error that names it") {
    const auto output = run_program({"/missing/program", {}, {}}, Deadline::in(60s));
    REQUIRE_FALSE(output);
    CHECK(output.error().message == "cannot start '/missing/program': No such file or directory");
}

TEST_CASE("a program that does not end in time is killed") {
    const auto enough = Deadline::in(60s);
    const auto children_before = *ProcFs().children(::getpid());
    const auto output = run_program(shell("echo begun; exec sleep 120"), Deadline::in(500ms));
    REQUIRE(output);
    CHECK(output->timed_out);
    CHECK_FALSE(output->succeeded());
    CHECK(output->text == "begun\n");
    CHECK_FALSE(enough.passed());
    CHECK(*ProcFs().children(::getpid()) == children_before);
}

TEST_CASE("a program that goes on without its stdout is killed at the deadline too") {
    const auto output = run_program(shell("exec >&-; exec sleep 5"), Deadline::in(50ms));
    REQUIRE(output);
    CHECK(output->timed_out);
}

TEST_CASE("two programs are run at the same time") {
    const TemporaryDirectory directory;
    const auto fifo = (directory.path() / "fifo").native();
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    // The first can write only when the second reads.
    const auto outputs =
        run_programs(shell("echo met >" + fifo + "; echo done"), shell("cat " + fifo), Deadline::in(60s));
    REQUIRE(outputs.first);
    REQUIRE(outputs.second);
    CHECK(outputs.first->text == "done\n");
    CHECK(outputs.second->text == "met\n");
}

TEST_CASE("a program sees none of the caller's open files") {
    const TemporaryDirectory directory;
    const UniqueFd secret(::open(directory.write("secret", "x").c_str(), O_RDONLY));
    const auto output = run_program(shell("ls -l /proc/self/fd"), Deadline::in(60s));
    REQUIRE(output);
    CHECK(output->text.find("secret") == std::string::npos);
}

SystemUser myself() { return {"me", ::geteuid(), ::getegid(), {::getegid()}, "/"}; }

struct DaemonLog : TemporaryDirectory {
    const UniqueFd fd{::open((path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    [[nodiscard]] std::string text() const { return *read_file(path() / "log", 10000); }
};

Ending wait_for(Daemon& daemon) {
    const auto deadline = Deadline::in(60s);
    while (!deadline.passed()) {
        if (const auto ending = daemon.ending()) return *ending;
        std::this_thread::sleep_for(5ms);
    }
    ::kill(daemon.pid(), SIGKILL);  // our child, and not reaped
    FAIL("the daemon did not end");
    return {};
}

TEST_CASE("a daemon has a session of its own and writes to its log") {
    const DaemonLog log;
    const auto user = myself();
    auto daemon = launch_daemon(shell("read none; pwd; umask; echo session $(cut -d' ' -f6 /proc/$$/stat) >&2; exit 7"),
                                &user, log.fd);
    REQUIRE(daemon);
    const auto pid = daemon->pid();
    CHECK(wait_for(*daemon).text() == "exit status 7");
    CHECK(log.text() == "/\n0022\nsession " + std::to_string(pid) + "\n");
}

TEST_CASE("a daemon starts with no signal ignored or blocked") {
    const DaemonLog log;
    const auto user = myself();
    const auto previous = std::signal(SIGPIPE, SIG_IGN);
    auto daemon = launch_daemon(shell("grep -E 'Sig(Ign|Blk)' /proc/self/status"), &user, log.fd);
    std::signal(SIGPIPE, previous);
    REQUIRE(daemon);
    wait_for(*daemon);
    CHECK(log.text() == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a daemon that cannot be started is an error that names it") {
    const DaemonLog log;
    const auto user = myself();
    const auto daemon = launch_daemon({"/missing/pgpool", {}, {}}, &user, log.fd);
    REQUIRE_FALSE(daemon);
    CHECK(daemon.error().message == "cannot start '/missing/pgpool': No such file or directory");
}

TEST_CASE("a daemon without a user of its own runs as its caller") {
    const DaemonLog log;
    auto daemon = launch_daemon(shell("id -u"), nullptr, log.fd);
    REQUIRE(daemon);
    wait_for(*daemon);
    CHECK(log.text() == std::to_string(::geteuid()) + "\n");
}

TEST_CASE("a daemon becomes its user with the groups of this user alone") {
    if (::geteuid() != 0) {
        WARN("only root can become somebody else");
        return;
    }
    const DaemonLog log;
    const SystemUser user{"nobody", 65534, 65533, {65532}, "/"};
    auto daemon = launch_daemon(shell("id -u; id -g; id -G"), &user, log.fd);
    REQUIRE(daemon);
    wait_for(*daemon);
    CHECK(log.text() == "65534\n65533\n65533 65532\n");
}

}  // namespace

}  // namespace ra
