// connection CONNINFO: one connection to a backend, and one question.

#include <libpq-fe.h>

#include <cstdio>

int main(int argc, char** argv) {
    auto* connection = ::PQconnectdb(argc > 1 ? argv[1] : "");
    auto* rows = ::PQexec(connection, "SELECT pg_is_in_recovery()");
    const bool answered = ::PQresultStatus(rows) == PGRES_TUPLES_OK;
    if (!answered) std::fputs(::PQerrorMessage(connection), stderr);
    ::PQclear(rows);
    ::PQfinish(connection);
    return answered ? 0 : 1;
}
