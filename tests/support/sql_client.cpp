#include "tests/support/sql_client.h"

#include <libpq-fe.h>

#include <array>
#include <stdexcept>

namespace ra::test {

void SqlClient::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }
void SqlClient::Clear::operator()(pg_result* rows) const { PQclear(rows); }

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

std::unique_ptr<pg_result, SqlClient::Clear> SqlClient::result_of(const std::string& sql) {
    std::unique_ptr<pg_result, Clear> rows(PQexec(connection_.get(), sql.c_str()));
    const auto status = PQresultStatus(rows.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
    return rows;
}

std::string SqlClient::query(const std::string& sql) {
    const auto rows = result_of(sql);
    return PQntuples(rows.get()) == 0 ? "" : PQgetvalue(rows.get(), 0, 0);
}

std::vector<std::map<std::string, std::string>> SqlClient::rows(const std::string& sql) {
    const auto result = result_of(sql);
    std::vector<std::map<std::string, std::string>> rows(static_cast<std::size_t>(PQntuples(result.get())));
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (int column = 0; column < PQnfields(result.get()); ++column)
            rows[row][PQfname(result.get(), column)] = PQgetvalue(result.get(), static_cast<int>(row), column);
    return rows;
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
