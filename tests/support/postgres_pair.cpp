#include "tests/support/postgres_pair.h"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include "tests/support/eventually.h"
#include "tests/support/fresh_database.h"
#include "tests/support/ports.h"
#include "tests/support/sql_client.h"

namespace ra::test {

namespace {

bool accepts_sessions(std::uint16_t port) {
    try {
        return SqlClient("127.0.0.1", port).alive();
    } catch (const std::runtime_error&) {
        return false;
    }
}

void wait_for_server(std::uint16_t port) {
    if (!eventually([port] { return accepts_sessions(port); }, 60s))
        throw std::runtime_error("PostgreSQL did not start on port " + std::to_string(port));
}

}  // namespace

const PostgresPair& PostgresPair::shared() {
    static const PostgresPair pair;
    return pair;
}

PostgresPair::PostgresPair() : primary_port_(free_port()), standby_port_(free_port()) {
    const auto primary = directory_.path() / "primary";
    const auto standby = directory_.path() / "standby";
    for (const auto& data : {primary, standby}) {
        put_up_fresh_database(data);
        const auto rules = read_text(data / "pg_hba.conf");
        std::ofstream(data / "pg_hba.conf") << "host all guarded 127.0.0.1/32 scram-sha-256\n"
                                            << "host all refused 127.0.0.1/32 reject\n"
                                            << rules;
    }
    make_standby(standby, primary_port_);
    primary_.emplace(launch("primary", primary_port_));
    wait_for_server(primary_port_);
    SqlClient("127.0.0.1", primary_port_).query("CREATE ROLE guarded LOGIN PASSWORD 'right'");
    standby_.emplace(launch("standby", standby_port_));
    wait_for_server(standby_port_);
    SqlClient client("127.0.0.1", standby_port_);
    if (!eventually([&] { return client.query("SELECT 1 FROM pg_roles WHERE rolname = 'guarded'") == "1"; }))
        throw std::runtime_error("PostgreSQL's standby does not follow its primary");
}

PostgresPair::~PostgresPair() {
    for (auto* server : {&standby_, &primary_})
        if (*server) (*server)->end(SIGQUIT);
}

Program PostgresPair::launch(const std::string& data, std::uint16_t port) const {
    const auto data_directory = directory_.path() / data;
    return Program(
        as_server_account({"setpriv", "--pdeathsig", "QUIT", postgres_program("postgres"), "-D",
                           data_directory.native(), "-p", std::to_string(port), "-c", "listen_addresses=127.0.0.1",
                           "-c", "unix_socket_directories=" + directory_.path().native(), "-c", "fsync=off", "-c",
                           "logging_collector=on", "-c", "log_directory=" + directory_.path().native()}));
}

}  // namespace ra::test
