#include "os/signals.h"

#include <sys/wait.h>

#include <csignal>

#include "tests/support/catch.h"
#include "tests/support/program.h"
#include "tests/unit/fake_proc.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// It ends by itself, should this test be killed; long before that ctest ends a test that waits for it in vain.
const test::Words sleeper{"sleep", "120"};

ProcessId id_of(const test::Program& program) { return ProcFs().stat(program.pid())->id; }

void wait_until_stopped(const test::Program& program) { ::waitpid(program.pid(), nullptr, WUNTRACED); }

void wait_until_zombie(const test::Program& program) {
    siginfo_t ending;
    ::waitid(P_PID, static_cast<id_t>(program.pid()), &ending, WEXITED | WNOWAIT);
}

int ended_by(test::Program& program) { return program.wait().exit_code - 128; }

TEST_CASE("a signal reaches the process that it is meant for") {
    test::Program process(sleeper);
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGTERM));
    CHECK(ended_by(process) == SIGTERM);
}

TEST_CASE("a signal never hits a process that has the pid of another") {
    test::Program process(sleeper);
    auto another = id_of(process);
    another.start_time += 1;
    CHECK(send_signal(ProcFs(), another, SIGKILL).ok());
    // Had the SIGKILL arrived, it would come before this one.
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGTERM));
    CHECK(ended_by(process) == SIGTERM);
}

TEST_CASE("a process whose identity cannot be read is not signalled") {
    test::Program process(sleeper);
    const FakeProc proc;
    proc.write(std::to_string(process.pid()) + "/stat", "garbage");
    CHECK_FALSE(send_signal(ProcFs(proc.path()), id_of(process), SIGKILL));
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGTERM));
    CHECK(ended_by(process) == SIGTERM);
}

TEST_CASE("a process that is gone or a zombie is no error") {
    test::Program process({"true"});
    const auto id = id_of(process);
    wait_until_zombie(process);
    CHECK(send_signal(ProcFs(), id, SIGKILL).ok());
    process.wait();
    CHECK(send_signal(ProcFs(), id, SIGKILL).ok());
}

TEST_CASE("a stopped process is continued so that it can end") {
    test::Program process(sleeper);
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGSTOP));
    wait_until_stopped(process);
    REQUIRE(ProcFs().stat(process.pid())->stopped());
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGTERM));
    CHECK(ended_by(process) == SIGTERM);
}

TEST_CASE("a stopped process is ended by SIGKILL without being continued") {
    test::Program process(sleeper);
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGSTOP));
    wait_until_stopped(process);
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGKILL));
    CHECK(ended_by(process) == SIGKILL);
}

TEST_CASE("waiting for an end returns for a process that was ended") {
    test::Program process(sleeper);
    const auto deadline = Deadline::in(60s);
    REQUIRE(send_signal(ProcFs(), id_of(process), SIGTERM));
    wait_for_end(ProcFs(), id_of(process), deadline);
    CHECK_FALSE(deadline.passed());
    CHECK(ended_by(process) == SIGTERM);
}

TEST_CASE("waiting for an end returns at once for a zombie and for another process with the pid") {
    test::Program zombie({"true"});
    wait_until_zombie(zombie);
    const auto deadline = Deadline::in(60s);
    wait_for_end(ProcFs(), id_of(zombie), deadline);
    const test::Program living(sleeper);
    auto another = id_of(living);
    another.start_time += 1;
    wait_for_end(ProcFs(), another, deadline);
    CHECK_FALSE(deadline.passed());
}

TEST_CASE("waiting for an end gives up at the deadline") {
    const test::Program process(sleeper);
    const auto deadline = Deadline::in(20ms);
    wait_for_end(ProcFs(), id_of(process), deadline);
    CHECK(deadline.passed());
    CHECK_FALSE(ProcFs().stat(process.pid())->dead());
}

}  // namespace

}  // namespace ra
