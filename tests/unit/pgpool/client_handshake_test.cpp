#include "pgpool/client_handshake.h"

#include <sys/socket.h>

#include <thread>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/unix_socket.h"

namespace ra {

namespace {

using namespace std::string_literals;

using namespace std::chrono_literals;

// A server on a UNIX socket that answers its first client with `answer`.
class Server {
 public:
    explicit Server(std::string answer) : fd_(listen_on(path())) {
        serving_ = std::thread([this, answer = std::move(answer)] {
            const UniqueFd client(::accept(fd_.get(), nullptr, nullptr));
            char request[8];
            if (client && ::recv(client.get(), request, sizeof request, MSG_WAITALL) == sizeof request)
                asked_ = std::string(request, sizeof request);
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
