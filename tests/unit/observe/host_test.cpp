#include "observe/host.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

Parameters usable(const TemporaryDirectory& directory) {
    Parameters parameters;
    parameters.user = ::getpwuid(::geteuid())->pw_name;
    parameters.binary = "/bin/sh";
    parameters.config = directory.write("pgpool.conf", "");
    parameters.pcp_config = directory.write("pcp.conf", "");
    parameters.hba_config = directory.write("pool_hba.conf", "");
    parameters.log = directory.path() / "log";
    parameters.backend_passfile = directory.write("pass", "");
    parameters.pcp_passfile = directory.write("pcppass", "");
    return parameters;
}

bool can_be_used(const FileFacts& facts) { return facts.failure == 0 && facts.is_regular && !facts.is_directory; }

TEST_CASE("a host that has everything is seen so and nothing is made on it") {
    const TemporaryDirectory directory;
    const auto facts = look_at_host(usable(directory), Deadline::in(60s));
    CHECK(value_of(facts.user)->uid == ::geteuid());
    CHECK(facts.may_become_user);
    for (const auto& file : {facts.binary, facts.config, facts.pcp_config, facts.hba_config, facts.log,
                             facts.backend_passfile, facts.pcp_passfile})
        CHECK(can_be_used(file));
    CHECK_FALSE(std::filesystem::exists(directory.path() / "log"));
}

TEST_CASE("a log and a pid file may lack their directory, which a start makes, and no more") {
    const TemporaryDirectory directory;
    auto parameters = usable(directory);
    parameters.log = directory.path() / "made/log";
    CHECK(can_be_used(look_at_host(parameters, Deadline::in(60s)).log));
    const auto user = *value_of(look_at_host(parameters, Deadline::in(60s)).user);
    CHECK(can_be_used(look_at_pid_file(directory.path() / "made/pid", user)));
    CHECK(can_be_used(look_at_pid_file(directory.path() / "pid", user)));
    CHECK(look_at_pid_file(directory.path() / "not/made/pid", user).failure == ENOENT);
    CHECK(look_at_pid_file(directory.path() / "pgpool.conf/pid", user).failure == ENOTDIR);
    CHECK_FALSE(std::filesystem::exists(directory.path() / "made"));
}

TEST_CASE("what is not what it should be is seen") {
    const TemporaryDirectory directory;
    auto parameters = usable(directory);
    parameters.binary = directory.path();
    parameters.config = directory.path() / "missing";
    parameters.pcp_config = directory.path() / "fifo";
    REQUIRE(::mkfifo(parameters.pcp_config.c_str(), 0600) == 0);
    parameters.hba_config = directory.path() / "pgpool.conf/below";
    parameters.log = directory.path() / "missing/below/log";
    parameters.backend_passfile = directory.link("loop", "loop");
    parameters.pcp_passfile = directory.path() / "missing";
    const auto facts = look_at_host(parameters, Deadline::in(60s));
    CHECK(facts.binary.is_directory);
    CHECK(facts.config.failure == ENOENT);
    CHECK_FALSE(facts.pcp_config.is_regular);
    CHECK(facts.hba_config.failure == ENOTDIR);
    CHECK(facts.log.failure == ENOENT);
    CHECK(facts.backend_passfile.failure == ELOOP);
    CHECK(facts.pcp_passfile.failure == ENOENT);
}

TEST_CASE("a program without the right to be run cannot be used") {
    const TemporaryDirectory directory;
    auto parameters = usable(directory);
    parameters.binary = directory.write("program", "#!/bin/sh\n");
    CHECK(look_at_host(parameters, Deadline::in(60s)).binary.failure == EACCES);
}

TEST_CASE("a user that does not exist is an error") {
    const TemporaryDirectory directory;
    auto parameters = usable(directory);
    parameters.user = "nobody-of-this-name";
    const auto facts = look_at_host(parameters, Deadline::in(60s));
    REQUIRE(std::holds_alternative<Error>(facts.user));
    CHECK(std::get<Error>(facts.user).number == ENOENT);
    CHECK_FALSE(facts.may_become_user);
}

TEST_CASE("files are seen with the rights of the user that runs pgpool") {
    if (::geteuid() != 0) {
        WARN("only root can see with somebody else's rights");
        return;
    }
    const TemporaryDirectory directory;
    auto parameters = usable(directory);
    parameters.user = "nobody";
    std::filesystem::permissions(parameters.config, std::filesystem::perms{0600});
    const auto facts = look_at_host(parameters, Deadline::in(60s));
    CHECK(facts.may_become_user);
    CHECK(facts.config.failure == EACCES);
    CHECK(facts.pcp_config.failure == 0);
    CHECK(facts.log.failure == EACCES);
    CHECK_FALSE(facts.log.is_directory);
    CHECK(facts.backend_passfile.failure == 0);
    CHECK(::geteuid() == 0);
}

}  // namespace

}  // namespace ra
