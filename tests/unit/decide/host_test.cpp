#include "decide/host.h"

#include <cerrno>
#include <functional>

#include "ocf/defaults.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

const FileFacts usable{0, false, true, 0640};
const FileFacts missing{ENOENT, false, false, 0};
const FileFacts below_a_file{ENOTDIR, false, false, 0};
const FileFacts forbidden{EACCES, false, true, 0600};
const FileFacts read_only{EROFS, false, true, 0644};
const FileFacts unreadable{EIO, false, false, 0};
const FileFacts looping{ELOOP, false, false, 0};
const FileFacts directory{0, true, false, 0755};
const FileFacts closed_directory{EACCES, true, false, 0700};
const FileFacts fifo{0, false, false, 0644};

const auto parameters = [] {
    Parameters values;
    values.binary = "/b";
    values.config = "/c";
    values.pcp_config = "/p";
    values.hba_config = "/h";
    values.user = "somebody";
    values.log = "/l";
    values.backend_passfile = "/pass";
    values.pcp_passfile = "/pcppass";
    return values;
}();

HostFacts usable_host() {
    HostFacts facts;
    facts.user = SystemUser();
    facts.binary = facts.config = facts.pcp_config = facts.hba_config = facts.log = usable;
    facts.backend_passfile = facts.pcp_passfile = {0, false, true, 0600};
    facts.may_become_user = true;
    return facts;
}

TEST_CASE("a host that has everything has no problem") { CHECK(judge_host(parameters, usable_host()).empty()); }

TEST_CASE("a pid file that pgpool cannot write is told before a start has to fail") {
    CHECK(judge_pid_file("/run/pgpool/pgpool.pid", usable, "postgres").empty());
    const auto problems = judge_pid_file("/run/pgpool/pgpool.pid", closed_directory, "postgres");
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().code == ExitCode::no_permission);
    CHECK(problems.front().message ==
          "pid_file_name of pgpool.conf is '/run/pgpool/pgpool.pid': Permission denied for user postgres");
    CHECK(judge_pid_file("/run/p/p/pgpool.pid", missing, "postgres").front().code == ExitCode::not_installed);
}

TEST_CASE("without the capability to look at the user's processes the host is not fit") {
    auto facts = usable_host();
    facts.may_inspect_user = false;
    const auto problems = judge_host(parameters, facts);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().code == ExitCode::no_permission);
    CHECK(problems.front().message ==
          "cannot look at processes of user 'somebody': the agent lacks the capability CAP_SYS_PTRACE");
}

TEST_CASE("a file that cannot be used is a problem with the code and the words for it") {
    struct Row {
        const char* what;
        FileFacts file;
        ExitCode code;
        const char* words;
    };
    const std::vector<Row> rows{
        {"missing", missing, ExitCode::not_installed, "No such file or directory"},
        {"below a file", below_a_file, ExitCode::not_installed, "Not a directory"},
        {"forbidden", forbidden, ExitCode::no_permission, "Permission denied for user somebody"},
        {"read-only", read_only, ExitCode::no_permission, "Read-only file system for user somebody"},
        {"on a broken disk", unreadable, ExitCode::generic_error, "Input/output error"},
        {"looping links", looping, ExitCode::invalid_argument, "Too many levels of symbolic links"},
        {"a directory", directory, ExitCode::invalid_argument, "it is a directory"},
        {"a closed directory", closed_directory, ExitCode::invalid_argument, "it is a directory"},
        {"a FIFO", fifo, ExitCode::invalid_argument, "it is not a regular file"},
    };
    struct Place {
        const char* name;
        const char* path;
        FileFacts HostFacts::*fact;
    };
    const std::vector<Place> places{{"binary", "/b", &HostFacts::binary},
                                    {"config", "/c", &HostFacts::config},
                                    {"pcp_config", "/p", &HostFacts::pcp_config},
                                    {"hba_config", "/h", &HostFacts::hba_config},
                                    {"log", "/l", &HostFacts::log}};
    for (const auto& place : places)
        for (const auto& row : rows) {
            INFO(place.name << ": " << row.what);
            auto facts = usable_host();
            facts.*place.fact = row.file;
            const auto problems = judge_host(parameters, facts);
            REQUIRE(problems.size() == 1);
            CHECK(problems.front().code == row.code);
            CHECK(problems.front().message ==
                  std::string("parameter ") + place.name + " names '" + place.path + "': " + row.words);
        }
}

TEST_CASE("pgpool does without pcp.conf and pool_hba.conf where nobody has named one") {
    auto unnamed = parameters;
    unnamed.pcp_config = defaults::pcp_config;
    unnamed.hba_config = defaults::hba_config;
    auto facts = usable_host();
    facts.pcp_config = missing;
    facts.hba_config = missing;
    CHECK(judge_host(unnamed, facts).empty());
    CHECK(judge_host(parameters, facts).size() == 2);
    facts.pcp_config = forbidden;
    CHECK(judge_host(unnamed, facts).size() == 1);
}

TEST_CASE("the user must exist and the agent must be able to become it") {
    auto facts = usable_host();
    facts.user = Error{"cannot find the user 'somebody' on this system", ENOENT};
    facts.may_become_user = false;
    auto problems = judge_host(parameters, facts);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().code == ExitCode::not_installed);
    CHECK(problems.front().message ==
          "parameter user names 'somebody': cannot find the user 'somebody' on this system");

    facts.user = Error{"the look-up of the user 'somebody' gave no answer in time", ETIMEDOUT};
    problems = judge_host(parameters, facts);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().code == ExitCode::generic_error);

    facts.user = SystemUser();
    problems = judge_host(parameters, facts);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().code == ExitCode::no_permission);
    CHECK(problems.front().message == "parameter user names 'somebody': only root can start pgpool as this user");
}

TEST_CASE("a password file must be there and for root alone") {
    struct Row {
        const char* name;
        FileFacts HostFacts::*fact;
    };
    for (const auto& row :
         {Row{"backend_passfile", &HostFacts::backend_passfile}, Row{"pcp_passfile", &HostFacts::pcp_passfile}}) {
        const auto judge = [&row](FileFacts file) {
            auto facts = usable_host();
            facts.*row.fact = file;
            const auto problems = judge_host(parameters, facts);
            return problems.empty() ? ParameterProblem{ExitCode::success, ""} : problems.front();
        };
        CHECK(judge(missing).code == ExitCode::not_installed);
        for (const mode_t mode : {0604U, 0640U, 0660U, 0601U, 0777U}) {
            const auto problem = judge({0, false, true, mode});
            INFO(problem.message);
            CHECK(problem.code == ExitCode::no_permission);
            CHECK(problem.message.starts_with(std::string("parameter ") + row.name));
            CHECK(problem.message.find("lets others read it (expected 0600)") != std::string::npos);
        }
        for (const mode_t mode : {0600U, 0400U}) CHECK(judge({0, false, true, mode}).code == ExitCode::success);
    }

    auto without = parameters;
    without.backend_passfile.clear();
    without.pcp_passfile.clear();
    auto facts = usable_host();
    facts.backend_passfile = facts.pcp_passfile = missing;
    CHECK(judge_host(without, facts).empty());
}

TEST_CASE("all problems of a host are listed with the user first") {
    auto facts = usable_host();
    facts.user = Error{"no such user"};
    facts.binary = facts.config = facts.log = missing;
    const auto problems = judge_host(parameters, facts);
    REQUIRE(problems.size() == 4);
    CHECK(problems.front().message.starts_with("parameter user "));
    for (const auto& problem : problems) CHECK(problem.code != ExitCode::not_configured);
}

}  // namespace

}  // namespace ra
