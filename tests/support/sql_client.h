#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct pg_conn;
struct pg_result;

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

    // All rows, their values by the names of the columns.
    std::vector<std::map<std::string, std::string>> rows(const std::string& sql);

    // The same as query() without waiting for an answer.
    void send(const std::string& sql);

    // True if the session still answers.
    [[nodiscard]] bool alive();

 private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    struct Clear {
        void operator()(pg_result* rows) const;
    };
    std::unique_ptr<pg_result, Clear> result_of(const std::string& sql);

    std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace ra::test
