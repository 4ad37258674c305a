#include "os/inherited_listener.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/ports.h"
#include "tests/support/processes.h"
#include "tests/support/program.h"

namespace ra {

namespace {

using namespace test;

ino_t inode_of(const UniqueFd& fd) {
    struct stat file {};
    REQUIRE(::fstat(fd.get(), &file) == 0);
    return file.st_ino;
}

// A process that has inherited the socket of this one.
Program heir_of(const UniqueFd& socket) {
    const UniqueFd inheritable(::dup(socket.get()));
    Program heir({"sleep", "120"});
    REQUIRE(open_files(heir.pid()).contains("socket:[" + std::to_string(inode_of(socket)) + "]"));
    return heir;
}

TEST_CASE("an inherited listener is shut down, and its port is free though the heir lives on") {
    const auto port = free_port();
    auto listener = listen_on("127.0.0.1", port);
    auto heir = heir_of(listener);
    const auto inode = inode_of(listener);
    listener = UniqueFd();
    REQUIRE(anybody_listens_on(port));
    CHECK(shut_down_inherited(ProcFs(), heir.pid(), inode).ok());
    CHECK_FALSE(anybody_listens_on(port));
    CHECK(is_alive(heir.pid()));
}

TEST_CASE("a socket that is not the one that is meant is left alone") {
    const auto port = free_port();
    const auto listener = listen_on("127.0.0.1", port);
    const auto heir = heir_of(listener);
    CHECK(shut_down_inherited(ProcFs(), heir.pid(), inode_of(listener) + 1).ok());
    CHECK(anybody_listens_on(port));
}

TEST_CASE("an heir that has ended is no error") {
    Program heir({"true"});
    const auto pid = heir.pid();
    heir.wait();
    CHECK(shut_down_inherited(ProcFs(), pid, 1).ok());
}

}  // namespace

}  // namespace ra
