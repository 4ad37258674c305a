// pgpool-ask: one query as an ordinary client, on behalf of the agent. libpq's environment variables (PGHOST, PGUSER,
// …) say where and as whom.

#include <libpq-fe.h>

#include <cstdio>
#include <memory>
#include <string_view>

#include "system/ask_protocol.h"

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Rows = std::unique_ptr<PGresult, decltype(&PQclear)>;

int report(int status, const char* detail) {
    std::fputs(detail, stdout);
    return status;
}

// libpq tells the two apart by its words alone; what is misread here is a refusal, which restarts nothing.
int classify_failure(PGconn* connection) {
    const std::string_view message = PQerrorMessage(connection);
    const auto says = [message](const char* words) { return message.find(words) != message.npos; };
    if (says("timeout expired")) return ra::ask::silent;
    if (says("Connection refused") || says("No such file or directory")) return ra::ask::unreachable;
    return ra::ask::refused;
}

}  // namespace

int main() {
    const Connection connection(PQconnectdb(""), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        return report(classify_failure(connection.get()), PQerrorMessage(connection.get()));
    const Rows rows(PQexec(connection.get(), "SELECT 1"), &PQclear);
    if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK)
        return report(ra::ask::refused, PQerrorMessage(connection.get()));
    return report(ra::ask::answered, "");
}
