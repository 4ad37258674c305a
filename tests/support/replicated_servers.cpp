#include "tests/support/replicated_servers.h"

#include <csignal>
#include <stdexcept>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_database.h"
#include "tests/support/ports.h"

namespace ra::test {

namespace {

bool answers(std::uint16_t port, const std::string& question, const std::string& answer) {
    try {
        return SqlClient("127.0.0.1", port).query(question) == answer;
    } catch (const std::runtime_error&) {
        return false;
    }
}

void wait_for_answer(std::uint16_t port, const std::string& question, const std::string& answer) {
    if (!eventually([&] { return answers(port, question, answer); }, 60s))
        throw std::runtime_error("PostgreSQL on port " + std::to_string(port) + " does not say '" + answer + "' to " +
                                 question);
}

}  // namespace

ReplicatedServers::ReplicatedServers(std::size_t count) : servers_(count) {
    for (auto& server : servers_) server.port = free_port();
    for (std::size_t number = 0; number < count; ++number) {
        put_up_fresh_database(data(number));
        if (number > 0) make_standby(data(number), port(0));
        start(number);
    }
    for (std::size_t number = 1; number < count; ++number) wait_until_it_follows(number);
}

// A killed server would leave its shared memory behind.
ReplicatedServers::~ReplicatedServers() {
    try {
        for (std::size_t number = 0; number < count(); ++number) stop(number);
    } catch (const std::runtime_error&) {
        WARN("a server of PostgreSQL does not end, and is killed");
    }
}

std::string ReplicatedServers::data(std::size_t number) const {
    return (directory_.path() / std::to_string(number)).native();
}

void ReplicatedServers::stop(std::size_t number) {
    if (servers_[number].program) servers_[number].program->end(SIGQUIT);
    servers_[number].program.reset();
}

void ReplicatedServers::start(std::size_t number) {
    servers_[number].program.emplace(
        as_server_account({"setpriv", "--pdeathsig", "QUIT", postgres_program("postgres"), "-D", data(number), "-p",
                           std::to_string(port(number)), "-c", "listen_addresses=127.0.0.1,127.0.0.2", "-c",
                           "unix_socket_directories=" + directory_.path().native(), "-c", "fsync=off", "-c",
                           "logging_collector=on", "-c", "log_directory=" + directory_.path().native()}));
    wait_for_answer(port(number), "SELECT 1", "1");
}

void ReplicatedServers::promote(std::size_t number) {
    client(number).query("SELECT pg_promote()");
    wait_for_answer(port(number), "SELECT pg_is_in_recovery()", "f");
}

void ReplicatedServers::switch_over(std::size_t primary, std::size_t standby) {
    // A fast shutdown ends when the standby has received everything.
    servers_[primary].program->end(SIGINT);
    servers_[primary].program.reset();
    promote(standby);
    make_standby(data(primary), port(standby));
    start(primary);
    wait_until_it_follows(primary);
}

void ReplicatedServers::wait_until_it_follows(std::size_t number) const {
    wait_for_answer(port(number), "SELECT status FROM pg_stat_wal_receiver", "streaming");
}

void ReplicatedServers::restart_standby(std::size_t number) {
    stop(number);
    start(number);
    wait_until_it_follows(number);
}

void ReplicatedServers::rebuild(std::size_t number, std::size_t primary) {
    stop(number);
    std::filesystem::remove_all(data(number));
    output_of(as_server_account({postgres_program("pg_basebackup"), "-R", "--no-sync", "-c", "fast", "-h", "127.0.0.1",
                                 "-p", std::to_string(port(primary)), "-U", "postgres", "-D", data(number)}));
    start(number);
    wait_until_it_follows(number);
}

}  // namespace ra::test
