#include <sys/stat.h>

#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

// A way to spoil pgpool.conf.
struct Damage {
    const char* name;
    void (*apply)(const Pgpool&);
};

constexpr Damage syntax_error{"a syntax error", [](const Pgpool& pgpool) { pgpool.configure("port = = 1"); }};
constexpr Damage missing{"it is missing",
                         [](const Pgpool& pgpool) { std::filesystem::remove(pgpool.configuration()); }};
constexpr Damage port_out_of_range{"a port out of range",
                                   [](const Pgpool& pgpool) { pgpool.configure("port = 70000"); }};
constexpr Damage other_ports{"other ports",
                             [](const Pgpool& pgpool) { pgpool.configure("port = 1999\npcp_port = 1998"); }};
constexpr Damage other_files{"other files", [](const Pgpool& pgpool) {
                                 pgpool.put_sockets_in("/nowhere");
                                 pgpool.configure("pid_file_name = '/nowhere/pid'");
                             }};
constexpr Damage unreadable{"it is unreadable for pgpool's user", [](const Pgpool& pgpool) {
                                const auto file = pgpool.configuration();
                                REQUIRE(::chown(file.c_str(), 0, 0) == 0);
                                REQUIRE(::chmod(file.c_str(), 0600) == 0);
                            }};
constexpr Damage is_directory{"it is a directory", [](const Pgpool& pgpool) {
                                  std::filesystem::remove(pgpool.configuration());
                                  std::filesystem::create_directory(pgpool.configuration());
                              }};
constexpr Damage no_socket_directory{"a socket directory that does not exist",
                                     [](const Pgpool& pgpool) { pgpool.put_sockets_in("/nowhere"); }};

}  // namespace

TEST_CASE("a start with a broken configuration says at once what is wrong and leaves nothing") {
    struct Row {
        Damage damage;
        ExitCode code;
        std::string reason;
    };
    // Where pgpool itself reads the file, the words are pgpool's.
    const auto row = GENERATE(values<Row>({
        {syntax_error, ExitCode::generic_error, "syntax error in configuration file"},
        {port_out_of_range, ExitCode::generic_error, "70000"},
        {no_socket_directory, ExitCode::generic_error, "/nowhere"},
        {missing, ExitCode::not_installed, "pgpool.conf': No such file or directory"},
        {is_directory, ExitCode::invalid_argument, "pgpool.conf': it is a directory"},
        {unreadable, ExitCode::no_permission, "pgpool.conf': Permission denied for user postgres"},
    }));
    DYNAMIC_SECTION(row.damage.name) {
        Pgpool pgpool;
        row.damage.apply(pgpool);
        const auto answer = pgpool.act("start");
        CHECK(answer.code == row.code);
        CHECK_THAT(answer.reason, Contains(row.reason));
        CHECK(pgpool.tree().empty());
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
        pgpool.stop();
    }
}

TEST_CASE("a configuration that was edited or lost since the start changes neither monitor nor stop") {
    const auto damage =
        GENERATE(syntax_error, missing, port_out_of_range, other_ports, other_files, unreadable, is_directory);
    DYNAMIC_SECTION(damage.name) {
        Pgpool pgpool;
        const auto main = pgpool.start();
        damage.apply(pgpool);
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        CHECK(pgpool.main() == main);
        pgpool.stop();
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    }
}

TEST_CASE("a killed main is noticed and cleared away also without a usable configuration") {
    const auto damage = GENERATE(syntax_error, missing, other_ports);
    DYNAMIC_SECTION(damage.name) {
        Pgpool pgpool;
        kill_at_once(pgpool.start());
        damage.apply(pgpool);
        CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
        pgpool.stop();
    }
}

TEST_CASE("a stop succeeds with every bad parameter") {
    struct Row {
        std::string name;
        std::string value;
    };
    const auto row = GENERATE(values<Row>({
        {"binary", "/nowhere/pgpool"},
        {"binary", "pgpool"},
        {"config", "/nowhere/pgpool.conf"},
        {"config", "pgpool.conf"},
        {"config", "/tmp"},
        {"pcp_config", "/nowhere/pcp.conf"},
        {"hba_config", "pool_hba.conf"},
        {"user", "no-such-user"},
        {"user", "a user"},
        {"options", "-n"},
        {"log", "/nowhere/pgpool.log"},
        {"log", "pgpool.log"},
        {"stop_mode", "gently"},
        {"backend_passfile", "/nowhere/passfile"},
        {"log_level", "loud"},
    }));
    DYNAMIC_SECTION(row.name << " is " << row.value) {
        Pgpool pgpool;
        pgpool.start();
        pgpool.environment["OCF_RESKEY_" + row.name] = row.value;
        pgpool.stop();
    }
}

}  // namespace ra::test
