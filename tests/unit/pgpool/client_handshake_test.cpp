#include "pgpool/client_handshake.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/unix_socket.h"

namespace ra {

namespace {

using namespace std::string_literals;

using namespace std::chrono_literals;

// A server on a UNIX socket that answers its first client with `answer`, when it has read the question and `may_answer`
// has come back.
class Server {
 public:
    explicit Server(
        std::string answer, void (*may_answer)() = [] {})
        : fd_(listen_on(path())) {
        serving_ = std::thread([this, answer = std::move(answer), may_answer] {
            const UniqueFd client(::accept(fd_.get(), nullptr, nullptr));
            char request[8];
            if (client && ::recv(client.get(), request, sizeof request, MSG_WAITALL) == sizeof request)
                asked_ = std::string(request, sizeof request);
            may_answer();
            if (!answer.empty() && client) ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
        });
    }
    ~Server() {
        ::shutdown(fd_.get(), SHUT_RDWR);
        if (serving_.joinable()) serving_.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "socket"; }
    std::string asked() {
        serving_.join();
        return asked_;
    }

 private:
    TemporaryDirectory directory_;
    UniqueFd fd_;
    std::string asked_;
    std::thread serving_;
};

TEST_CASE("a server that answers the first packet accepts clients") {
    Server server("N");
    CHECK(accepts_client(server.path(), Deadline::in(60s)));
    CHECK(server.asked() == "\0\0\0\x08\x04\xd2\x16\x2f"s);
}

std::atomic<int> interruptions = 0;

// As long as it lives, a signal interrupts the thread of the test each millisecond.
class Interruptions {
 public:
    Interruptions() {
        struct sigaction interrupt {};
        interrupt.sa_handler = [](int) { ++interruptions; };
        ::sigaction(SIGALRM, &interrupt, &previous_);
        set_interval(1000);
    }
    ~Interruptions() {
        set_interval(0);
        ::sigaction(SIGALRM, &previous_, nullptr);
    }
    Interruptions(const Interruptions&) = delete;
    Interruptions& operator=(const Interruptions&) = delete;

    // A thread that is made meanwhile is left alone for its life.
    static void mask(int how) {
        sigset_t alarms{};
        ::sigaddset(&alarms, SIGALRM);
        ::pthread_sigmask(how, &alarms, nullptr);
    }

 private:
    static void set_interval(suseconds_t microseconds) {
        const struct itimerval every {
            {0, microseconds}, { 0, microseconds }
        };
        ::setitimer(ITIMER_REAL, &every, nullptr);
    }

    struct sigaction previous_ {};
};

TEST_CASE("a client that signals interrupt goes on waiting for its answer") {
    const Interruptions signals;
    Interruptions::mask(SIG_BLOCK);
    const Server server("N", [] {
        while (interruptions < 5) std::this_thread::yield();
    });
    Interruptions::mask(SIG_UNBLOCK);
    CHECK(accepts_client(server.path(), Deadline::in(60s)));
}

TEST_CASE("a server that hangs up without an answer accepts no clients") {
    const Server server("");
    const auto deadline = Deadline::in(60s);
    CHECK_FALSE(accepts_client(server.path(), deadline));
    CHECK_FALSE(deadline.passed());
}

TEST_CASE("a connection that is only queued is not accepted") {
    const TemporaryDirectory directory;
    const auto listening = listen_on(directory.path() / "socket");
    const auto deadline = Deadline::in(50ms);
    CHECK_FALSE(accepts_client(directory.path() / "socket", deadline));
    CHECK(deadline.passed());
}

TEST_CASE("a socket that nobody listens on accepts no clients") {
    const TemporaryDirectory directory;
    listen_on(directory.path() / "socket");
    const auto deadline = Deadline::in(60s);
    CHECK_FALSE(accepts_client(directory.path() / "socket", deadline));
    CHECK_FALSE(deadline.passed());
}

TEST_CASE("an address that leads nowhere accepts no clients") {
    const auto deadline = Deadline::in(60s);
    CHECK_FALSE(accepts_client(std::filesystem::path("/missing/socket"), deadline));
    CHECK_FALSE(accepts_client(std::filesystem::path(std::string(200, 'x')), deadline));
    CHECK_FALSE(accepts_client(TcpListener{"no address", 9999, 0}, deadline));
    CHECK_FALSE(deadline.passed());
}

}  // namespace

}  // namespace ra
