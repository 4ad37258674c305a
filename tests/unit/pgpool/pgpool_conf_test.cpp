#include "pgpool/pgpool_conf.h"

#include <sys/stat.h>

#include <cerrno>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::string_literals;

Result<PgpoolConf> read(const std::string& content) {
    const TemporaryDirectory directory;
    return PgpoolConf::read(directory.write("pgpool.conf", content));
}

TEST_CASE("a line is read as pgpool reads it") {
    struct Row {
        std::string line, value;
    };
    const std::vector<Row> rows{
        {"key = 'value'", "value"},
        {"key='value'", "value"},
        {"key 'value'", "value"},
        {"key value", "value"},
        {"\t key\t=\tvalue\r\n", "value"},
        {"key = ''", ""},
        {"key = 'a b # c' # comment\n", "a b # c"},
        {"key = a.b-c:d/e_f", "a.b-c:d/e_f"},
        {"key = on # comment\n", "on"},
        {"key = 9999", "9999"},
        {"key = -1", "-1"},
        {"key = +1", "+1"},
        {"key = 0x1F", "0x1F"},
        {"key = 10s", "10s"},
        {"key = 64MB", "64MB"},
        {"key = 1.5", "1.5"},
        {"key = .5e-3", ".5e-3"},
        {"key = 'it\\'s'", "it\\'s"},
        {"key = 'C:\\'", "C:\\"},
        {"key = 'a\\' # it' # b\n", "a\\' # it"},  // the longest match wins, as in flex
        {"key = '\\\\'", "\\\\"},
        {"key = 'ü'", "ü"},
        {"key = first\nkey = second", "second"},
        {"key = first key = second", "second"},
        {"# key = comment\n\n\nkey = value", "value"},
        {"key = value\n# a comment ends with its line\n", "value"},
    };
    for (const auto& row : rows) {
        INFO(row.line);
        const auto conf = read(row.line);
        REQUIRE(conf);
        REQUIRE(conf->find("key") != nullptr);
        CHECK(*conf->find("key") == row.value);
    }
}

TEST_CASE("behind a key any token is its value, as in pgpool") {
    struct Row {
        std::string content, value;
    };
    const std::vector<Row> rows{
        {"key =\nother = 1\n", "\n"},
        {"key\nother = 1\n", "\n"},
        {"key = # comment\nother = 1\n", "\n"},
        {"key =", ""},
        {"key", ""},
        {"key = *\n", "*"},
        {"key = $ecret\n", "$"},  // and a key "ecret" without a value
        {"key = '\n", "'"},
        {"key = = \n", "="},
        {"key = #", "#"},
        {"key = # the end", "#"},  // no comment: its line does not end
        {"key = 'open\n", "'"},
    };
    for (const auto& row : rows) {
        INFO(row.content);
        const auto conf = read(row.content);
        REQUIRE(conf);
        CHECK(conf->text("key", "nothing") == row.value);
    }
    CHECK(*read("key = $ecret\n")->find("ecret") == "\n");
}

TEST_CASE("the name of a parameter counts with its case") {
    const auto conf = read("PORT = 1\nport = 2\n");
    CHECK(*conf->find("PORT") == "1");
    CHECK(*conf->find("port") == "2");
    CHECK(conf->find("Port") == nullptr);
    CHECK(conf->text("Port", "fallback") == "fallback");
}

TEST_CASE("an empty configuration has no values and is none the less one") {
    for (const auto* content : {"", "\n", " \t\r\n", "# only a comment\n", "#\n"}) {
        const auto conf = read(content);
        REQUIRE(conf);
        CHECK(conf->find("port") == nullptr);
    }
}

TEST_CASE("a syntax error names the file and the line") {
    struct Row {
        std::string content;
        int line;
    };
    const std::vector<Row> rows{
        {"*", 1},
        {"port = # the next line is none\n= 'x'\n", 2},
        {"port =\n'x'\n", 2},
        {"port = = 1", 1},
        {"= 1", 1},
        {"'port' = 1", 1},
        {"a = 1\nport = '/open\n", 2},
        {"a = 1\n\n1 = 2", 3},
        {"port = 1;", 1},
        {"port = $1", 1},
        {"listen_addresses = 127.0.0.1", 1},
        {"listen_addresses = **", 1},
        {"a.b = 1", 1},
        {"key = 'a\\' other = '1'", 1},
        {"a = 1\n\0port = 2\n"s, 2},
        {std::string(4096, '\0'), 1},
        {"{\"port\": 1}", 1},
        {"# a comment whose line does not end", 1},
        {"#", 1},
        {"port = 1\n# the end", 2},
        {"port = 1 # the end", 1},
    };
    const TemporaryDirectory directory;
    for (const auto& row : rows) {
        INFO(row.content);
        const auto file = directory.write("pgpool.conf", row.content);
        const auto conf = PgpoolConf::read(file);
        REQUIRE_FALSE(conf);
        CHECK(conf.error().number == EINVAL);
        CHECK(conf.error().message ==
              "cannot read '" + file.native() + "': syntax error at line " + std::to_string(row.line));
        CHECK(conf.error().message.size() < file.native().size() + 80);
    }
}

TEST_CASE("an included file is read in its place") {
    const TemporaryDirectory directory;
    directory.write("conf.d/ports.conf", "port = 2000\npcp_port = 2001\ninclude = 'deeper.conf'\n");
    directory.write("conf.d/deeper.conf", "socket_dir = '/deeper'");
    const auto absolute = directory.write("elsewhere/absolute.conf", "pcp_socket_dir = '/absolute'\n");
    const auto file =
        directory.write("pgpool.conf", "port = 1000\ninclude = 'conf.d/ports.conf'\npcp_port = 3000\ninclude '" +
                                           absolute.native() + "'\n");
    const auto conf = PgpoolConf::read(file);
    REQUIRE(conf);
    CHECK(conf->text("port", "") == "2000");
    CHECK(conf->text("pcp_port", "") == "3000");
    CHECK(conf->text("socket_dir", "") == "/deeper");
    CHECK(conf->text("pcp_socket_dir", "") == "/absolute");
}

TEST_CASE("an include that cannot be followed is an error that names the file") {
    const TemporaryDirectory directory;
    const auto error = [&](const std::string& content) {
        const auto conf = PgpoolConf::read(directory.write("pgpool.conf", content));
        return conf ? Error{} : conf.error();
    };
    CHECK(error("include = 'pgpool.conf'").number == ELOOP);
    CHECK(error("include = 'missing.conf'").message.find("missing.conf") != std::string::npos);
    CHECK(error("include = ''").number == EISDIR);
    directory.write("broken.conf", "\n\n= 1\n");
    CHECK(error("include = 'broken.conf'").message.find("broken.conf': syntax error at line 3") != std::string::npos);
}

TEST_CASE("what is no readable file of a sensible size is refused without waiting") {
    const TemporaryDirectory directory;
    const auto fifo = directory.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(PgpoolConf::read(fifo).error().number == EINVAL);
    CHECK(PgpoolConf::read(directory.path()).error().number == EISDIR);
    CHECK(PgpoolConf::read(directory.path() / "missing").error().number == ENOENT);
    CHECK(PgpoolConf::read("").error().number == ENOENT);
    CHECK(PgpoolConf::read("/dev/zero").error().number == EINVAL);
    const auto huge = directory.write("huge", "");
    std::filesystem::resize_file(huge, (4 << 20) + 1);
    CHECK(PgpoolConf::read(huge).error().number == EFBIG);
}

TEST_CASE("a long line without an end is read in a time that grows with it alone") {
    std::string content;
    while (content.size() < (std::size_t{3} << 20U)) content += "a b ";
    CHECK(read(content)->text("a", "") == "b");
}

TEST_CASE("a long configuration is read to its end") {
    std::string content;
    while (content.size() < 3'000'000) content += "# a comment that fills the file\nbackend_hostname0 = 'x'\n";
    CHECK(read(content + "port = 5433\n")->text("port", "") == "5433");
    CHECK(read("key = '" + std::string(3'000'000, 'x') + "'")->text("key", "").size() == 3'000'000);
}

}  // namespace

}  // namespace ra
