#include "state/pcp_account.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// An instance's account below a directory of the test's own, and the administrator's pcp.conf.
class Accounts : public TemporaryDirectory {
 public:
    [[nodiscard]] PcpAccountFiles files(const std::string& instance = "pool") const {
        return {path() / "state", instance};
    }
    void write_users(std::string_view content) const { write("pcp.conf", content); }
    [[nodiscard]] Status refresh(const PcpAccountFiles& files) const {
        return files.refresh(path() / "pcp.conf", *find_account(::getpwuid(::geteuid())->pw_name, Deadline::in(60s)),
                             Deadline::in(60s));
    }
};

std::string content_of(const std::filesystem::path& file) { return read_file(file, 1U << 20U).value_or("(none)"); }

mode_t mode_of(const std::filesystem::path& file) {
    struct stat about {};
    REQUIRE(::stat(file.c_str(), &about) == 0);
    return about.st_mode & 07777;
}

TEST_CASE("the agent's account stands behind those of the administrator") {
    const Accounts accounts;
    accounts.write_users("admin:5ebe2294ecd0e0f08eab7690d2a6ee69");
    const auto files = accounts.files();
    REQUIRE(accounts.refresh(files));
    const auto account = files.account();
    REQUIRE(account);
    CHECK(account->password.size() >= 32);
    const auto content = content_of(files.pcp_config());
    CHECK(content.starts_with("admin:5ebe2294ecd0e0f08eab7690d2a6ee69\n" + account->user + ":"));
    CHECK(content.find(account->password) == std::string::npos);
}

TEST_CASE("only root can read the password, and only pgpool's group what it is checked against") {
    const Accounts accounts;
    const auto files = accounts.files();
    REQUIRE(accounts.refresh(files));
    CHECK(mode_of(accounts.path() / "state") == 0700);
    for (const auto& entry : std::filesystem::directory_iterator(accounts.path() / "state"))
        CHECK(mode_of(entry.path()) == 0600);
    CHECK(mode_of(files.pcp_config()) == 0640);
    CHECK(mode_of(files.pcp_config().parent_path()) == 0711);
}

TEST_CASE("the administrator's changes are taken over and the password stays") {
    const Accounts accounts;
    const auto files = accounts.files();
    REQUIRE(accounts.refresh(files));
    const auto before = files.account();
    accounts.write_users("other:00000000000000000000000000000000\n");
    REQUIRE(accounts.refresh(files));
    CHECK(content_of(files.pcp_config()).starts_with("other:"));
    CHECK(files.account()->password == before->password);
    CHECK(accounts.files().account()->password == before->password);
}

TEST_CASE("instances have accounts of their own") {
    const Accounts accounts;
    const auto one = accounts.files("one");
    const auto other = accounts.files("other/../x");
    REQUIRE(accounts.refresh(one));
    REQUIRE(accounts.refresh(other));
    CHECK(one.pcp_config() != other.pcp_config());
    CHECK(one.pcp_config().parent_path() == other.pcp_config().parent_path());
    CHECK(one.account()->password != other.account()->password);
}

TEST_CASE("a damaged secret is replaced") {
    const Accounts accounts;
    const auto files = accounts.files();
    REQUIRE(accounts.refresh(files));
    const auto before = files.account();
    for (const auto& entry : std::filesystem::directory_iterator(accounts.path() / "state"))
        std::filesystem::resize_file(entry.path(), 40);
    CHECK_FALSE(files.account());
    REQUIRE(accounts.refresh(files));
    CHECK(files.account()->password != before->password);
}

TEST_CASE("a secret whose md5 is none would make a line that pgpool reads otherwise, and is replaced") {
    const Accounts accounts;
    const auto files = accounts.files();
    REQUIRE(accounts.refresh(files));
    accounts.write("state/pool.pcp", "password " + std::string(32, ':') + "\n");
    CHECK_FALSE(files.account());
    REQUIRE(accounts.refresh(files));
    CHECK(files.account());
}

TEST_CASE("a directory that others may write to is not used") {
    const Accounts accounts;
    const auto files = accounts.files();
    std::filesystem::create_directories(files.pcp_config().parent_path());
    std::filesystem::permissions(files.pcp_config().parent_path(), std::filesystem::perms{0777});
    const auto refreshed = accounts.refresh(files);
    REQUIRE_FALSE(refreshed);
    CHECK(refreshed.error().message ==
          "cannot use the directory '" + files.pcp_config().parent_path().native() + "': others may write to it");
    CHECK_FALSE(std::filesystem::exists(files.pcp_config()));
}

TEST_CASE("an administrator's file that cannot be read is no empty one") {
    const Accounts accounts;
    std::filesystem::create_directory(accounts.path() / "pcp.conf");
    const auto files = accounts.files();
    CHECK_FALSE(accounts.refresh(files));
    CHECK_FALSE(std::filesystem::exists(files.pcp_config()));
}

TEST_CASE("a removed account leaves nothing, and is no account") {
    const Accounts accounts;
    const auto files = accounts.files();
    CHECK_FALSE(files.account());
    files.remove();
    REQUIRE(accounts.refresh(files));
    files.remove();
    CHECK_FALSE(files.account());
    CHECK_FALSE(std::filesystem::exists(files.pcp_config()));
    CHECK(std::filesystem::is_empty(accounts.path() / "state"));
}

}  // namespace

}  // namespace ra
