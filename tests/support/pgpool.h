#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ocf/exit_code.h"
#include "tests/support/program.h"
#include "tests/support/servers_directory.h"
#include "tests/support/sql_client.h"
#include "tests/support/system_v.h"

namespace ra::test {

// What the agent has answered to an action.
struct Answer {
    ExitCode code = ExitCode::success;
    std::string reason;  // empty if it gave none
    std::string err;     // all that it wrote to stderr
};

// Where a PostgreSQL server is reached.
struct Backend {
    std::string host;
    std::uint16_t port = 0;
};

// One pgpool as a resource: a configuration below a temporary directory, on ports of its own, in front of the shared
// PostgreSQL servers or of others; and the agent that manages it. What still runs of it at the end is killed, and what
// it has left is removed: that is every process in the session of a main that was seen, so that nothing else can be
// hit.
class Pgpool {
 public:
    Pgpool();
    explicit Pgpool(const std::vector<Backend>& backends);
    ~Pgpool();
    Pgpool(const Pgpool&) = delete;
    Pgpool& operator=(const Pgpool&) = delete;

    // What every action of the agent is given, and what runs the agent: strace, nsenter …, nothing if it is empty.
    Variables environment;
    Words runner;

    // Runs one action of the agent. An agent that is not done at its timeout is killed, as Pacemaker does it, and
    // std::runtime_error is thrown. What holds for each answer of an agent is checked here.
    Answer act(const std::string& action, const Variables& more = {});

    // The same without waiting for it.
    [[nodiscard]] Program begin(const std::string& action) const;

    // A start that must succeed: otherwise std::runtime_error is thrown. Returns main.
    pid_t start();

    // A stop that must succeed and leave nothing.
    void stop();

    // Starts it without the agent. Returns main when a client is accepted.
    pid_t start_by_hand(const Words& words);
    // The command that does so in the way of an administrator.
    [[nodiscard]] Words by_hand(const Words& options = {}) const;

    // Adds a line to pgpool.conf; the last one of a name counts.
    void configure(const std::string& line) const;
    // Those for clients, by the setting of either name.
    void put_sockets_in(const std::string& directory) const;

    [[nodiscard]] const ServersDirectory& directory() const { return directory_; }
    [[nodiscard]] std::filesystem::path configuration() const { return directory_.path() / "pgpool.conf"; }
    [[nodiscard]] std::filesystem::path pid_file() const { return directory_.path() / "pgpool.pid"; }
    [[nodiscard]] std::filesystem::path log() const { return directory_.path() / "pgpool.log"; }
    [[nodiscard]] std::filesystem::path state_file() const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::uint16_t pcp_port() const { return pcp_port_; }

    [[nodiscard]] SqlClient client() const { return {"127.0.0.1", port_}; }
    [[nodiscard]] bool accepts_clients() const;

    // pcp_detach_node and such, as an administrator.
    void pcp(const std::string& command, const Words& options) const;
    // "0 up primary, 1 down standby": what pgpool says of its nodes when PCP is asked.
    [[nodiscard]] std::string roles() const;
    // True as soon as it says so.
    [[nodiscard]] bool says(const std::string& roles) const;
    // Writes to the test's output what SHOW pool_nodes says, for people.
    void show_nodes(const std::string& when) const;

    // The living main; throws std::runtime_error if there is none.
    pid_t main();
    // Every living process of it, orphans included.
    std::set<pid_t> tree();
    // A process of it whose title begins so; returns when there is one.
    pid_t find_titled(const std::string& title);
    // Those that wait for a client; with a client each, all of them.
    std::set<pid_t> idle_children();
    // One of them; returns when there is one.
    pid_t idle_child();

    // What there is of it, in words; nothing after a complete stop.
    std::set<std::string> remains();

 private:
    std::set<pid_t> titled(const std::string& title);
    [[nodiscard]] Words pcp_words(const std::string& command, const Words& options) const;
    [[nodiscard]] Variables pcp_password() const;
    // Asks again while there is none: pgpool starts PCP again after each failover, and asks a server on its own.
    [[nodiscard]] std::string answer_of_pcp(const std::string& command, const Words& options = {}) const;

    void note();

    ServersDirectory directory_;
    std::uint16_t port_;
    std::uint16_t pcp_port_;
    std::string instance_;
    std::vector<Program> started_by_hand_;
    std::set<pid_t> sessions_;
    std::set<pid_t> starters_;  // of what was started by hand: they may share its session
    std::set<pid_t> processes_;
    SystemVObjects older_objects_ = all_system_v_objects();
    SystemVObjects objects_;
};

}  // namespace ra::test
