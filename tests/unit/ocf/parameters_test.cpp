#include "ocf/parameters.h"

#include "ocf/defaults.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

ParsedParameters parse(const std::map<std::string, std::string>& given) {
    std::map<std::string, std::string> variables;
    for (const auto& [name, value] : given) variables["OCF_RESKEY_" + name] = value;
    return parse_parameters(Environment(variables));
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("without parameters the declared defaults count") {
    const auto parsed = parse({});
    CHECK(parsed.problems.empty());
    const auto& values = parsed.values;
    CHECK(values.binary.native() == defaults::binary);
    CHECK(values.config.native() == defaults::config);
    CHECK(values.pcp_config.native() == defaults::pcp_config);
    CHECK(values.hba_config.native() == defaults::hba_config);
    CHECK(values.user == defaults::user);
    CHECK(values.options.words.empty());
    CHECK(values.log.native() == defaults::log);
    CHECK(values.stop_mode == StopMode::fast);
    CHECK(values.backend_user.empty());
    CHECK(values.backend_database.empty());
    CHECK(values.backend_passfile.empty());
    CHECK(values.log_level == LogLevel::info);
}

TEST_CASE("an empty parameter is one that is not given") {
    CHECK(parse({{"config", ""}, {"stop_mode", ""}, {"user", ""}}).problems.empty());
    CHECK(parse({{"config", ""}}).values.config.native() == defaults::config);
}

TEST_CASE("every parameter that is given reaches its place") {
    const auto [values, problems] = parse({{"binary", "/b"},
                                           {"config", "/with blanks/c"},
                                           {"pcp_config", "/p"},
                                           {"hba_config", "/h"},
                                           {"user", "somebody"},
                                           {"options", " -D  -k /keys --debug "},
                                           {"log", "/l"},
                                           {"stop_mode", "smart"},
                                           {"backend_user", "agent"},
                                           {"backend_database", "db"},
                                           {"backend_passfile", "/pass"},
                                           {"log_level", "trace"}});
    CHECK(problems.empty());
    CHECK(values.binary.native() == "/b");
    CHECK(values.config.native() == "/with blanks/c");
    CHECK(values.pcp_config.native() == "/p");
    CHECK(values.hba_config.native() == "/h");
    CHECK(values.user == "somebody");
    CHECK(values.options.words == std::vector<std::string>{"-k", "/keys", "--debug"});
    CHECK(values.options.discards_status);
    CHECK(values.log.native() == "/l");
    CHECK(values.stop_mode == StopMode::smart);
    CHECK(values.backend_user == "agent");
    CHECK(values.backend_database == "db");
    CHECK(values.backend_passfile.native() == "/pass");
    CHECK(values.log_level == LogLevel::trace);
}

TEST_CASE("a parameter that can be right nowhere is not configured and the reason names it and its value") {
    struct Row {
        std::string name, value;
    };
    const std::vector<Row> rows{
        {"binary", "pgpool"},
        {"config", "etc/pgpool.conf"},
        {"config", "./pgpool.conf"},
        {"pcp_config", "pcp.conf"},
        {"hba_config", "hba.conf"},
        {"log", "log"},
        {"backend_passfile", "~/.pgpass"},
        {"user", "no body"},
        {"user", "a:b"},
        {"user", "../root"},
        {"user", "a,b"},
        {"stop_mode", "slow"},
        {"stop_mode", "FAST"},
        {"stop_mode", "fast "},
        {"log_level", "verbose"},
        {"log_level", "7"},
    };
    for (const auto& row : rows) {
        INFO(row.name << "=" << row.value);
        const auto problems = parse({{row.name, row.value}}).problems;
        REQUIRE(problems.size() == 1);
        CHECK(problems.front().code == ExitCode::not_configured);
        CHECK(contains(problems.front().message, "parameter " + row.name + " is '" + row.value + "' (expected "));
    }
}

TEST_CASE("a value with control characters is refused") {
    for (const auto* name : {"binary", "config", "log", "user", "options", "stop_mode", "backend_user", "log_level"}) {
        for (const auto* value : {"/a\nb", "/a\tb", "/a\x1b[1m", "/a\x7f"}) {
            const auto problems = parse({{name, value}}).problems;
            INFO(name);
            REQUIRE_FALSE(problems.empty());
            CHECK(problems.front().code == ExitCode::not_configured);
            CHECK(contains(problems.front().message, name));
        }
    }
}

TEST_CASE("what holds control characters is not repeated, because it may hold a password") {
    for (const auto* value : {"password=geheim\n", "sslmode=require\tpassword=geheim"}) {
        const auto problems = parse({{"backend_options", value}}).problems;
        REQUIRE_FALSE(problems.empty());
        CHECK(problems.front().message ==
              "parameter backend_options has control characters (expected a line without them)");
    }
}

TEST_CASE("a path that cannot be used is empty because the default would name another pgpool") {
    for (const auto* value : {"relative.conf", "/etc/pgpool2/pgpool.conf\n", "/a\tb", "~"}) {
        INFO("value: '" << value << "'");
        CHECK(parse({{"binary", value}}).values.binary.native().empty());
        CHECK(parse({{"config", value}}).values.config.native().empty());
        CHECK(parse({{"pcp_config", value}}).values.pcp_config.native().empty());
        CHECK(parse({{"hba_config", value}}).values.hba_config.native().empty());
        CHECK(parse({{"log", value}}).values.log.native().empty());
    }
}

TEST_CASE("a word that cannot be used has its default") {
    const auto values = parse({{"stop_mode", "slow"}, {"log_level", "loud"}, {"user", "a b"}}).values;
    CHECK(values.stop_mode == StopMode::fast);
    CHECK(values.log_level == LogLevel::info);
    CHECK(values.user == defaults::user);
}

TEST_CASE("options that say what the agent decides are refused") {
    for (const auto* options :
         {"-f /other.conf", "-f/other.conf", "-Df/other.conf", "-dnD", "-F /pcp", "-a /hba", "-m fast", "-n", "-h",
          "-v", "--config-file=/other", "--config-file /other", "--pcp-file=/x", "--hba-file=/x", "--mode=fast",
          "--dont-detach", "--help", "--version", "-D -k /keys -n"}) {
        INFO("options: " << options);
        const auto [values, problems] = parse({{"options", options}});
        REQUIRE(problems.size() == 1);
        CHECK(problems.front().code == ExitCode::not_configured);
        CHECK(contains(problems.front().message, options));
        CHECK(values.options.words.empty());
    }
}

TEST_CASE("options that name another command of pgpool are refused") {
    for (const auto* options : {"stop", "reload", "-D stop", "-- stop", "-k /keys reload"}) {
        INFO("options: " << options);
        CHECK(parse({{"options", options}}).problems.size() == 1);
    }
}

TEST_CASE("options that are pgpool's own business pass") {
    for (const auto* options : {"-D", "-d", "-C", "-x", "-dDC", "--discard-status", "--debug",
                                "-k /a/file/named/fFanmhv", "-k/a/file", "-Dk/a/file", "--key-file=/a/file"}) {
        INFO("options: " << options);
        CHECK(parse({{"options", options}}).problems.empty());
    }
}

TEST_CASE("the option -D is told apart from the other options, in whatever form") {
    struct Row {
        const char* options;
        std::vector<std::string> words;
        bool discards;
    };
    const std::vector<Row> rows{{"-D", {}, true},
                                {"-d -D -C", {"-d", "-C"}, true},
                                {"-dDC", {"-dC"}, true},
                                {"-DD", {}, true},
                                {"--discard-status", {}, true},
                                {"-Dk /D", {"-k", "/D"}, true},
                                {"-k -D", {"-k", "-D"}, false},
                                {"-kD", {"-kD"}, false},
                                {"--debug", {"--debug"}, false}};
    for (const auto& row : rows) {
        INFO(row.options);
        const auto parsed = parse({{"options", row.options}});
        REQUIRE(parsed.problems.empty());
        CHECK(parsed.values.options.words == row.words);
        CHECK(parsed.values.options.discards_status == row.discards);
    }
}

TEST_CASE("two parameters that need two files must not name one") {
    struct Row {
        std::string first, second;
    };
    const std::vector<Row> rows{{"pcp_config", "config"}, {"hba_config", "config"}, {"hba_config", "pcp_config"},
                                {"log", "config"},        {"log", "pcp_config"},    {"log", "hba_config"}};
    for (const auto& row : rows) {
        INFO(row.first << " and " << row.second);
        const auto problems = parse({{row.first, "/srv/one"}, {row.second, "/srv/./x/..//one"}}).problems;
        REQUIRE(problems.size() == 1);
        CHECK(problems.front().code == ExitCode::not_configured);
        CHECK(contains(problems.front().message, "parameters " + row.first + " and " + row.second));
        CHECK(contains(problems.front().message, "/srv/one"));
    }
}

TEST_CASE("a PCP user needs a file with its password") {
    const auto problems = parse({{"pcp_user", "admin"}}).problems;
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().code == ExitCode::not_configured);
    CHECK(problems.front().message ==
          "parameter pcp_user is 'admin' without pcp_passfile (expected a file with the password)");
    CHECK(parse({{"pcp_user", "admin"}, {"pcp_passfile", "/pass"}}).problems.empty());
    CHECK(parse({{"pcp_passfile", "/pass"}}).problems.empty());
}

TEST_CASE("all problems are listed") {
    CHECK(parse({{"config", "x"}, {"user", "a b"}, {"log", "y"}}).problems.size() == 3);
}

}  // namespace

}  // namespace ra
