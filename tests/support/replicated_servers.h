#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/servers_directory.h"
#include "tests/support/sql_client.h"

namespace ra::test {

// PostgreSQL servers of one test's own, which it may stop, promote and rebuild: number 0 begins as the primary, the
// others stream from it. They listen on 127.0.0.1 and 127.0.0.2. All end with this object.
class ReplicatedServers {
 public:
    explicit ReplicatedServers(std::size_t count);
    ~ReplicatedServers();
    ReplicatedServers(const ReplicatedServers&) = delete;
    ReplicatedServers& operator=(const ReplicatedServers&) = delete;

    [[nodiscard]] std::size_t count() const { return servers_.size(); }
    [[nodiscard]] std::uint16_t port(std::size_t number) const { return servers_[number].port; }
    [[nodiscard]] SqlClient client(std::size_t number) const { return {"127.0.0.1", port(number)}; }

    // The process that takes new sessions.
    [[nodiscard]] pid_t postmaster(std::size_t number) const { return servers_[number].program->pid(); }

    void stop(std::size_t number);
    // Starts it again as it was.
    void start(std::size_t number);
    // Returns when it streams again.
    void restart_standby(std::size_t number);
    // Returns when it is writable.
    void promote(std::size_t number);
    // Makes `standby` the primary and `primary` its standby without a loss, as an administrator does it.
    void switch_over(std::size_t primary, std::size_t standby);
    // A new standby of `primary` in place of what it was, streaming.
    void rebuild(std::size_t number, std::size_t primary);

 private:
    struct Server {
        std::uint16_t port = 0;
        std::optional<Program> program;
    };
    [[nodiscard]] std::string data(std::size_t number) const;
    void wait_until_it_follows(std::size_t number) const;

    ServersDirectory directory_;
    std::vector<Server> servers_;
};

}  // namespace ra::test
