#include "tests/support/postgres_pair.h"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include "tests/support/eventually.h"
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

std::string program(const char* name) {
    auto path = std::string(POSTGRES_PROGRAMS) + "/" + name;
    if (!std::filesystem::exists(path)) throw std::runtime_error("these tests need PostgreSQL's " + path);
    return path;
}

}  // namespace

const PostgresPair& PostgresPair::shared() {
    static const PostgresPair pair;
    return pair;
}

PostgresPair::PostgresPair() : primary_port_(free_port()), standby_port_(free_port()) {
    const auto primary = directory_.path() / "primary";
    const auto standby = directory_.path() / "standby";
    output_of(
        as_server_account({program("initdb"), "--no-sync", "-A", "trust", "-U", "postgres", "-D", primary.native()}));
    const auto rules = read_text(primary / "pg_hba.conf");
    std::ofstream(primary / "pg_hba.conf") << "host all guarded 127.0.0.1/32 scram-sha-256\n"
                                           << "host all refused 127.0.0.1/32 reject\n"
                                           << rules;
    primary_.emplace(launch("primary", primary_port_));
    wait_for_server(primary_port_);
    SqlClient("127.0.0.1", primary_port_).query("CREATE ROLE guarded LOGIN PASSWORD 'right'");
    output_of(as_server_account({program("pg_basebackup"), "-R", "--no-sync", "-c", "fast", "-h", "127.0.0.1", "-p",
                                 std::to_string(primary_port_), "-U", "postgres", "-D", standby.native()}));
    standby_.emplace(launch("standby", standby_port_));
    wait_for_server(standby_port_);
}

PostgresPair::~PostgresPair() {
    for (auto* server : {&standby_, &primary_})
        if (*server) (*server)->end(SIGQUIT);
}

Program PostgresPair::launch(const std::string& data, std::uint16_t port) const {
    const auto data_directory = directory_.path() / data;
    return Program(
        as_server_account({"setpriv", "--pdeathsig", "QUIT", program("postgres"), "-D", data_directory.native(), "-p",
                           std::to_string(port), "-c", "listen_addresses=127.0.0.1", "-c",
                           "unix_socket_directories=" + directory_.path().native(), "-c", "fsync=off", "-c",
                           "logging_collector=on", "-c", "log_directory=" + directory_.path().native()}));
}

}  // namespace ra::test
