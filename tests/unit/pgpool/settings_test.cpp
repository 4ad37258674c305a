#include "pgpool/settings.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>

#include "ocf/defaults.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace ra;
using namespace std::chrono_literals;

PgpoolSettings settings_of(const std::string& lines) {
    const TemporaryDirectory directory;
    const auto conf = PgpoolConf::read(directory.write("pgpool.conf", lines));
    REQUIRE(conf);
    return read_settings(*conf);
}

using Paths = std::vector<std::filesystem::path>;

Result<Endpoints> endpoints_in(const std::string& lines) { return settings_of(lines).endpoints; }

}  // namespace

TEST_CASE("settings have pgpool's own defaults") {
    const auto settings = settings_of("");
    CHECK(settings.backends.empty());
    CHECK(settings.search_primary_node_timeout == 5min);
    CHECK_FALSE(settings.detach_false_primary);
    CHECK(settings.endpoints->pcp_listen_addresses == std::vector<std::string>{"localhost"});
}

TEST_CASE("settings are read as pgpool reads them") {
    const auto settings = settings_of(
        "backend_hostname0 = 'a'\nbackend_hostname1 = 'c'\ndetach_false_primary = on\npcp_listen_addresses = '*'\n");
    CHECK(settings.backends.size() == 2);
    CHECK(settings.detach_false_primary);
    CHECK(settings.endpoints->pcp_listen_addresses == std::vector<std::string>{"*"});
}

TEST_CASE("a search for a primary is limited in pgpool's units") {
    const auto [value, expected] = GENERATE(table<std::string, std::chrono::milliseconds>(
        {{"1", 1s}, {"'500ms'", 500ms}, {"20s", 20s}, {"2min", 2min}, {"1h", 1h}, {"0", 0s}, {"soon", 5min}}));
    CHECK(settings_of("search_primary_node_timeout = " + value + "\n").search_primary_node_timeout == expected);
}

TEST_CASE("without a word in the configuration pgpool's defaults count") {
    const auto at = endpoints_in("");
    REQUIRE(at);
    CHECK(at->port == 9999);
    CHECK(at->pcp_port == 9898);
    CHECK(at->listen_addresses == std::vector<std::string>{"localhost"});
    CHECK((at->socket_directories == Paths{defaults::socket_dir}));
    CHECK((at->pcp_socket_directories == Paths{defaults::socket_dir}));
    CHECK(at->pid_file.native() == defaults::pid_file_name);
}

TEST_CASE("endpoints are what the configuration says") {
    const TemporaryDirectory directory;
    const auto at = endpoints(*PgpoolConf::read(directory.write("pgpool.conf",
                                                                "port = 5433\n"
                                                                "pcp_port = '5434'\n"
                                                                "listen_addresses = ' 10.0.0.1 ,, ::1 '\n"
                                                                "unix_socket_directories = '/run/a, /run/b'\n"
                                                                "pcp_socket_dir = '/run/pcp'\n"
                                                                "pid_file_name = 'pgpool.pid'\n")));
    REQUIRE(at);
    CHECK(at->port == 5433);
    CHECK(at->pcp_port == 5434);
    CHECK(at->listen_addresses == std::vector<std::string>{"10.0.0.1", "::1"});
    CHECK((at->service_sockets() == Paths{"/run/a/.s.PGSQL.5433", "/run/b/.s.PGSQL.5433"}));
    CHECK((at->pcp_sockets() == Paths{"/run/pcp/.s.PGSQL.5434"}));
    CHECK(at->pid_file.native() == directory.path() / "pgpool.pid");
}

TEST_CASE("an empty list of addresses means no TCP") {
    CHECK(endpoints_in("listen_addresses = ''")->listen_addresses.empty());
    CHECK(endpoints_in("listen_addresses = ' , '")->listen_addresses.empty());
}

TEST_CASE("a line without a value gives its parameter what pgpool makes of the end of a line") {
    // 4.3 does not start with such an address, later ones go on without TCP.
    CHECK(endpoints_in("listen_addresses =\n")->listen_addresses.empty());
    CHECK(endpoints_in("listen_addresses = *\n")->listen_addresses == std::vector<std::string>{"*"});
    CHECK(endpoints_in("socket_dir =\n")->socket_directories.empty());
    CHECK_FALSE(endpoints_in("port =\n"));
    const auto settings = settings_of(
        "use_watchdog =\ndetach_false_primary =\nlogdir =\nsearch_primary_node_timeout =\nbackend_hostname0 = 'a'\n"
        "backend_port0 =\nbackend_flag0 =\nfollow_primary_command =\nsr_check_password =\n");
    CHECK_FALSE(settings.has_watchdog);
    CHECK_FALSE(settings.detach_false_primary);
    CHECK(settings.status_file.empty());
    CHECK(settings.search_primary_node_timeout == 5min);
    CHECK(settings.backends.at(0).port == 5432);
    CHECK_FALSE(settings.backends.at(0).is_always_primary);
    CHECK(settings.has_follow_primary_command);  // pgpool runs it: an empty line for the shell
    CHECK(settings.sr_check_password == "\n");
}

TEST_CASE("with both names for the directory of the sockets they may be in either") {
    const auto directories = [](const std::string& lines) { return endpoints_in(lines)->socket_directories; };
    CHECK((directories("socket_dir = '/a'\n") == Paths{"/a"}));
    CHECK((directories("unix_socket_directories = '/b,/c'\n") == Paths{"/b", "/c"}));
    CHECK((directories("socket_dir = '/a'\nunix_socket_directories = '/b,/c'\n") == Paths{"/b", "/c", "/a"}));
    CHECK((directories("socket_dir = '/b'\nunix_socket_directories = '/b'\n") == Paths{"/b"}));
}

TEST_CASE("where pgpool keeps its own log, and how a reader is sent there") {
    struct Row {
        const char* lines;
        const char* place;
    };
    const std::vector<Row> rows{
        {"", ""},
        {"log_destination = 'stderr'\nlogging_collector = off\nlog_directory = '/x'\n", ""},
        {"log_destination = 'syslog'\n", "syslog (log_destination)"},
        {"log_destination = 'stderr, syslog'\n", "syslog (log_destination)"},
        {"log_destination = 'syslog'\nlogging_collector = on\n", "syslog (log_destination)"},
        {"logging_collector = on\n", "log_directory '/tmp/pgpool_logs'"},
        {"logging_collector = on\nlog_directory = '/x'\n", "log_directory '/x'"},
    };
    for (const auto& row : rows) {
        INFO(row.lines);
        CHECK(settings_of(row.lines).own_log.place() == row.place);
    }
}

TEST_CASE("a port is the number that pgpool takes it for") {
    struct Row {
        const char* text;
        std::uint16_t port;
    };
    const std::vector<Row> rows{{"1024", 1024},    {"65535", 65535}, {"'7777'", 7777}, {"0x1E61", 7777},
                                {"'7777 '", 7777}, {"+7777", 7777},  {"010000", 4096}, {"7777.0", 7777}};
    for (const auto& row : rows) {
        INFO("port = " << row.text);
        const auto at = endpoints_in("port = " + std::string(row.text));
        CHECK(at.ok());
        if (at) CHECK(at->port == row.port);
    }
}

TEST_CASE("a port that pgpool refuses is an error that names parameter and value and file") {
    for (const auto* name : {"port", "pcp_port"}) {
        for (const auto* value : {"0", "80", "1023", "65536", "-9999", "0x", "''", "on", "9999kB", "'1e99'", "0x10000",
                                  "99999999999999999999"}) {
            const TemporaryDirectory directory;
            const auto file = directory.write("pgpool.conf", std::string(name) + " = " + value + "\n");
            INFO(name << " = " << value);
            const auto conf = PgpoolConf::read(file);
            REQUIRE(conf);
            const auto at = endpoints(*conf);
            REQUIRE_FALSE(at);
            CHECK(at.error().message == "cannot use " + std::string(name) + " '" + conf->text(name, "") + "' in '" +
                                            file.native() + "' (expected 1024 to 65535)");
        }
    }
}

TEST_CASE("the backends are those that have a host in pgpool.conf, with their ids and ports as pgpool takes them") {
    const auto backends =
        settings_of(
            "backend_hostname0 = 'a'\nbackend_port0 = 5433\nbackend_hostname3 = '/run/pg'\nbackend_port2 = 1\n"
            "backend_hostname5 = 'x'\nbackend_port5 = many\nbackend_hostname6 = 'y'\nbackend_port6 = '0x153A '\n"
            "backend_hostname127 = 'z'\nbackend_port127 = 5434.0\nbackend_hostname128 = 'no'\n")
            .backends;
    std::string found;
    for (const auto& backend : backends) found += fmt::format("{}={}:{} ", backend.id, backend.host, backend.port);
    CHECK(found == "0=a:5433 3=/run/pg:5432 5=x:5432 6=y:5434 127=z:5434 ");
}

TEST_CASE("what pgpool.conf says about the roles") {
    CHECK_FALSE(settings_of("follow_primary_command = ''\nuse_watchdog = off\n").has_follow_primary_command);
    CHECK_FALSE(settings_of("").has_watchdog);
    CHECK(settings_of("").has_streaming_replication);
    CHECK(settings_of("follow_primary_command = 'x'\n").has_follow_primary_command);
    CHECK(settings_of("follow_master_command = 'x'\n").has_follow_primary_command);
    CHECK(settings_of("use_watchdog = on\n").has_watchdog);
    CHECK_FALSE(settings_of("backend_clustering_mode = 'raw'\n").has_streaming_replication);
    CHECK_FALSE(settings_of("master_slave_sub_mode = 'slony'\n").has_streaming_replication);
}

TEST_CASE("a password of pgpool.conf that is hashed, encrypted or empty is none that could be sent") {
    for (const auto* password : {"", "AESabcdef==", "md5d41d8cd98f00b204e9800998ecf8427e"})
        CHECK(settings_of("sr_check_password = '" + std::string(password) + "'\n").sr_check_password.empty());
    CHECK(settings_of("sr_check_password = 'plain'\n").sr_check_password == "plain");
    CHECK(settings_of("sr_check_password = 'TEXTpw'\n").sr_check_password == "pw");
}

TEST_CASE("the status file is where pgpool keeps it, if the place is absolute") {
    CHECK(settings_of("logdir = '/var/x'\n").status_file == "/var/x/pgpool_status");
    CHECK(settings_of("work_dir = '/var/y'\nlogdir = '/var/x'\n").status_file == "/var/y/pgpool_status");
    CHECK(settings_of("logdir = 'x'\n").status_file.empty());
}
