#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct pg_conn;

namespace ra::test {

// A session with PostgreSQL, directly or through pgpool, as the superuser postgres.
class SqlClient {
 public:
    // `host` is an address or the directory of a UNIX socket.
    // Throws std::runtime_error with the server's words if no session comes about.
    SqlClient(const std::string& host, std::uint16_t port);
    ~SqlClient();
    SqlClient(SqlClient&&) noexcept;

    // The first value of the first row; empty if there is none. Throws std::runtime_error with the server's words.
    std::string query(const std::string& sql);

    // The same without waiting for an answer.
    void send(const std::string& sql);

    // True if the session still answers.
    [[nodiscard]] bool alive();

 private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace ra::test
