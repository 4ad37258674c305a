#include "os/unix_socket.h"

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/unix_socket.h"

namespace ra {

namespace {

TEST_CASE("only a socket that nobody listens on is removed") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / ".s.PGSQL.9999";
    {
        const auto listening = listen_on(path);
        CHECK_FALSE(is_dead_socket(path));
        CHECK(remove_dead_socket(path).ok());
        CHECK(std::filesystem::exists(path));
    }
    CHECK(is_dead_socket(path));
    REQUIRE(remove_dead_socket(path));
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(remove_dead_socket(path).ok());
}

TEST_CASE("what is no socket is not removed as one") {
    const TemporaryDirectory directory;
    const auto dead = directory.path() / "dead";
    listen_on(dead);
    for (const auto& path : {directory.write("file", "x"), directory.path(), directory.link("link", dead),
                             directory.link("dangling", "nowhere"), directory.path() / std::string(200, 'x')}) {
        INFO(path.native());
        const bool existed = std::filesystem::exists(std::filesystem::symlink_status(path));
        CHECK_FALSE(is_dead_socket(path));
        CHECK(remove_dead_socket(path).ok());
        CHECK(std::filesystem::exists(std::filesystem::symlink_status(path)) == existed);
    }
    CHECK(std::filesystem::exists(dead));
}

}  // namespace

}  // namespace ra
