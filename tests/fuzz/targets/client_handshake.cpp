// What answers at pgpool's socket: the input, and then the end of the connection.

#include "pgpool/client_handshake.h"

#include <poll.h>
#include <sys/socket.h>

#include <thread>

#include "base/unique_fd.h"
#include "os/unix_socket.h"
#include "tests/fuzz/target.h"
#include "tests/support/temporary_directory.h"

namespace ra::fuzz {

namespace {

class Listener : public TemporaryDirectory {
 public:
    Listener() {
        const auto address = unix_address(socket_path());
        demand(address &&
                   ::bind(socket_.get(), reinterpret_cast<const struct sockaddr*>(&*address), sizeof *address) == 0 &&
                   ::listen(socket_.get(), 8) == 0,
               "there is a socket to listen on");
    }
    [[nodiscard]] std::filesystem::path socket_path() const { return path() / "s"; }

    // Serves one client: reads its question, says `answer`, closes.
    void serve(std::string_view answer) const {
        const UniqueFd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        char question[8];
        demand(::recv(client.get(), question, sizeof question, MSG_WAITALL) == sizeof question,
               "a client asks before it waits");
        static_cast<void>(::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    }

 private:
    UniqueFd socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

}  // namespace

void check(std::string_view input) {
    using namespace std::chrono_literals;
    static const Listener listener;
    std::thread server([&] { listener.serve(input); });
    const bool accepted = accepts_client(listener.socket_path(), Deadline::in(50s));
    server.join();
    demand(accepted == !input.empty(), "who says something accepts a client, and nobody else");
    // Nothing listens at an address that is none.
    const std::string address(input.substr(0, 200));
    const bool may_be_an_address = input.find_first_of(".:") != std::string_view::npos;
    demand(may_be_an_address || !accepts_client(TcpListener{address, 1, 0}, Deadline::in(50s)),
           "what is no address accepts nobody");
    static_cast<void>(unix_address(address));
}

}  // namespace ra::fuzz
