#include "os/user.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

struct stat about(const std::filesystem::path& path) {
    struct stat about {};
    REQUIRE(::lstat(path.c_str(), &about) == 0);
    return about;
}

SystemUser somebody() {
    if (::geteuid() == 0) return {"nobody", 65534, 65534, {65534}, "/"};
    return *find_user(::getpwuid(::geteuid())->pw_name, Deadline::in(std::chrono::seconds(60)));
}

}  // namespace

TEST_CASE("a directory that is missing is made for its owner, also where only root may write") {
    const TemporaryDirectory above;
    std::filesystem::permissions(above.path(), std::filesystem::perms{0755});
    REQUIRE(make_directory_of(above.path() / "log/pgpool.log", somebody()));
    const auto made = about(above.path() / "log");
    CHECK(S_ISDIR(made.st_mode));
    CHECK((made.st_mode & 07777) == 0755);
    CHECK(made.st_uid == somebody().uid);
    CHECK(made.st_gid == somebody().gid);
    CHECK(std::filesystem::is_empty(above.path() / "log"));
}

TEST_CASE("what is there in the place of the directory stays as it is") {
    const TemporaryDirectory above;
    std::filesystem::create_directory(above.path() / "log");
    std::filesystem::permissions(above.path() / "log", std::filesystem::perms{0700});
    REQUIRE(make_directory_of(above.path() / "log/pgpool.log", somebody()));
    CHECK((about(above.path() / "log").st_mode & 07777) == 0700);
    std::filesystem::create_symlink("nowhere", above.path() / "link");
    CHECK(make_directory_of(above.path() / "link/pgpool.log", somebody()));
    CHECK_FALSE(std::filesystem::exists(above.path() / "nowhere"));
}

TEST_CASE("no more than one directory is made") {
    const TemporaryDirectory above;
    const auto made = make_directory_of(above.path() / "not/there/pgpool.log", somebody());
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find("not/there': No such file or directory") != std::string::npos);
}

}  // namespace ra
