#include "tests/support/sql_client.h"

#include <libpq-fe.h>

#include <array>
#include <stdexcept>

namespace ra::test {

void SqlClient::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

SqlClient::SqlClient(const std::string& host, std::uint16_t port) {
    const auto port_text = std::to_string(port);
    constexpr std::array names{"host", "port", "user", "dbname", "connect_timeout", static_cast<const char*>(nullptr)};
    const std::array values{
        host.c_str(), port_text.c_str(), "postgres", "postgres", "20", static_cast<const char*>(nullptr)};
    connection_.reset(PQconnectdbParams(names.data(), values.data(), 0));
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
}

SqlClient::~SqlClient() = default;
SqlClient::SqlClient(SqlClient&&) noexcept = default;

std::string SqlClient::query(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> rows(PQexec(connection_.get(), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(rows.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
    return PQntuples(rows.get()) == 0 ? "" : PQgetvalue(rows.get(), 0, 0);
}

void SqlClient::send(const std::string& sql) {
    if (PQsendQuery(connection_.get(), sql.c_str()) != 1) throw std::runtime_error(PQerrorMessage(connection_.get()));
}

bool SqlClient::alive() {
    try {
        return query("SELECT 1") == "1";
    } catch (const std::runtime_error&) {
        return false;
    }
}

}  // namespace ra::test
