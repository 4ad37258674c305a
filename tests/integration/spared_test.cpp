#include <signal.h>

#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/fresh_database.h"
#include "tests/support/pgpool.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"

// What a command of pgpool does for PostgreSQL, and a stop of pgpool meanwhile.

namespace ra::test {

namespace {

// The living process whose argument list holds `word`, and that is called so; nothing if there is none.
std::optional<pid_t> find_running(const std::string& name, const std::string& word) {
    for (const auto& process : living_processes()) {
        const auto arguments = arguments_of(process.pid);
        if (process.name == name && std::ranges::find(arguments, word) != arguments.end()) return process.pid;
    }
    return std::nullopt;
}

// A process that no Program owns, ended with this object.
class Found {
 public:
    Found(const std::string& name, const std::string& word) {
        REQUIRE(eventually([&] { return (pid_ = find_running(name, word)).has_value(); }));
    }
    ~Found() { kill_at_once(*pid_); }
    Found(const Found&) = delete;
    Found& operator=(const Found&) = delete;
    [[nodiscard]] pid_t pid() const { return *pid_; }
    [[nodiscard]] bool lives() const { return is_alive(*pid_); }

 private:
    std::optional<pid_t> pid_;
};

// A stop that leaves `spared`, and nothing that is pgpool's.
void check_stop(Pgpool& pgpool, const Found& spared) {
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(spared.lives());
    CHECK_FALSE(anybody_listens_on(pgpool.port()));
    CHECK_FALSE(anybody_listens_on(pgpool.pcp_port()));
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    pgpool.start();
    CHECK(pgpool.client().alive());
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(spared.lives());
}

}  // namespace

TEST_CASE("a server that a failover_command has started outlives a stop and keeps no port") {
    const std::string by = GENERATE("pg_ctl", "setsid");
    const ServersDirectory server;
    const auto data = (server.path() / "data").native();
    put_up_fresh_database(data);
    server.write("data/postgresql.auto.conf", "port = " + std::to_string(free_port()) +
                                                  "\nunix_socket_directories = '" + server.path().native() +
                                                  "'\nlisten_addresses = ''\n");
    const auto start = by == "pg_ctl" ? postgres_program("pg_ctl") + " -w -D " + data + " start >/dev/null"
                                      : "setsid " + postgres_program("postgres") + " -D " + data + " >/dev/null";
    DYNAMIC_SECTION("with " << by) {
        Pgpool pgpool;
        pgpool.configure("failover_command = '" + start + "; sleep 1000; true'");
        pgpool.start();
        pgpool.pcp("pcp_detach_node", {"-n", "1"});
        const Found postmaster("postgres", data);
        REQUIRE(eventually([&] { return std::filesystem::exists(data + "/postmaster.pid"); }));
        pgpool.configure("failover_command = ''");
        check_stop(pgpool, postmaster);
        output_of(as_server_account({postgres_program("pg_ctl"), "-w", "-m", "immediate", "-D", data, "stop"}));
    }
}

// pgpool itself, when it ends, signals the process group of follow_primary_command: there only what has left that group
// can be spared.
TEST_CASE("a rebuild in a command outlives a stop, and the command does not") {
    struct Row {
        const char* command;
        const char* before;
        const char* cause;
    };
    const auto row = GENERATE(Row{"failover_command", "", "pcp_detach_node"},
                              Row{"follow_primary_command", "setsid ", "pcp_promote_node"});
    DYNAMIC_SECTION(row.command) {
        Pgpool pgpool;
        const auto rewind = (pgpool.directory().path() / "pg_rewind").native();
        std::filesystem::copy_file("/bin/sleep", rewind);
        const std::string name = row.command;
        pgpool.configure(name + " = '" + row.before + rewind + " 1000; sleep 999; true'");
        const auto main = pgpool.start();
        pgpool.pcp(row.cause, {"-n", "1"});
        const Found running("pg_rewind", rewind);
        const auto shell = find_process(running.pid())->parent;
        pgpool.configure(name + " = ''");
        check_stop(pgpool, running);
        CHECK_FALSE(is_alive(main));
        CHECK_FALSE(is_alive(shell));
    }
}

TEST_CASE("a program in a session of its own outlives a stop, also one that main waits for") {
    Pgpool pgpool;
    pgpool.configure("failover_command = 'setsid sleep 1234'");
    pgpool.start();
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    const Found sleeper("sleep", "1234");
    pgpool.configure("failover_command = ''");
    check_stop(pgpool, sleeper);
}

}  // namespace ra::test
