#include "system/leftovers.h"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/fake_proc.h"
#include "tests/unit/unix_socket.h"

namespace ra {

namespace {

using namespace std::string_literals;

TEST_CASE("a pid file says which pid") {
    struct Row {
        std::string content;
        pid_t pid;
    };
    const std::vector<Row> rows{{"4242\0"s, 4242}, {"4242\n", 4242},          {"4242", 4242}, {"1\0\n\0"s, 1}, {"", 0},
                                {"\n", 0},         {std::string(10, '\0'), 0}};
    const TemporaryDirectory directory;
    for (const auto& row : rows) {
        const auto file = read_pid_file(directory.write("pid", row.content));
        INFO(row.content);
        REQUIRE(file);
        REQUIRE(file->has_value());
        CHECK((*file)->pid == row.pid);
    }
}

TEST_CASE("a pid file with anything but a pid is an error and stays where it is") {
    const TemporaryDirectory directory;
    const std::vector<std::string> contents{"0",
                                            "-1",
                                            "-4242",
                                            "99999999999",
                                            "4242 4243",
                                            "4242\n4243\n",
                                            " 4242",
                                            "0x42",
                                            "#!/bin/sh\n",
                                            "42\0"
                                            "42"s,
                                            std::string(65, '\0'),
                                            std::string(1 << 20, '4')};
    for (const auto& content : contents) {
        INFO(content.substr(0, 80));
        const auto path = directory.write("pid", content);
        const auto file = read_pid_file(path);
        REQUIRE_FALSE(file);
        CHECK(file.error().message.find(path.native()) != std::string::npos);
        CHECK_FALSE(remove_pid_file(path));
        CHECK(std::filesystem::exists(path));
    }
}

TEST_CASE("a pid file that is missing is none") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "missing";
    REQUIRE(read_pid_file(path));
    CHECK_FALSE(read_pid_file(path)->has_value());
    CHECK(remove_pid_file(path).ok());
}

TEST_CASE("what is no file is no pid file") {
    const TemporaryDirectory directory;
    const auto fifo = directory.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK_FALSE(read_pid_file(fifo));
    CHECK_FALSE(read_pid_file(directory.path()));
    CHECK_FALSE(remove_pid_file(directory.path()));
    CHECK_FALSE(remove_pid_file(fifo));
    CHECK(std::filesystem::exists(fifo));
}

TEST_CASE("removing a pid file that is a link removes the link alone") {
    const TemporaryDirectory directory;
    const auto target = directory.write("target", "4242");
    const auto link = directory.link("pid", target);
    CHECK((*read_pid_file(link))->pid == 4242);
    REQUIRE(remove_pid_file(link));
    CHECK_FALSE(std::filesystem::is_symlink(link));
    CHECK(std::filesystem::exists(target));
}

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

// Shared memory and a semaphore set as a pgpool that was killed leaves them: `maker` made them and is dead.
class LeftIpc {
 public:
    LeftIpc() {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        maker = ::fork();
        if (maker == 0) {
            const int made[] = {::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600),
                                ::semget(IPC_PRIVATE, 2, IPC_CREAT | 0600)};
            struct sembuf raise {
                0, 1, 0
            };
            ::semop(made[1], &raise, 1);
            const auto written = ::write(ends[1], made, sizeof made);
            ::_exit(written == sizeof made ? 0 : 1);
        }
        int made[2] = {-1, -1};
        const auto got = ::read(ends[0], made, sizeof made);
        ::waitpid(maker, nullptr, 0);
        ::close(ends[0]);
        ::close(ends[1]);
        REQUIRE(got == sizeof made);
        memory = made[0];
        semaphores = made[1];
        REQUIRE(memory >= 0);
        REQUIRE(semaphores >= 0);
    }
    ~LeftIpc() {
        ::shmctl(memory, IPC_RMID, nullptr);
        ::semctl(semaphores, 0, IPC_RMID);
    }
    LeftIpc(const LeftIpc&) = delete;
    LeftIpc& operator=(const LeftIpc&) = delete;

    [[nodiscard]] bool has_memory() const {
        struct shmid_ds about {};
        return ::shmctl(memory, IPC_STAT, &about) == 0;
    }
    [[nodiscard]] bool has_semaphores() const { return ::semctl(semaphores, 0, GETVAL) >= 0; }

    pid_t maker = 0;
    int memory = -1;
    int semaphores = -1;
};

TEST_CASE("shared memory and semaphores of dead processes are removed") {
    const LeftIpc left;
    remove_ipc(ProcFs(), {left.memory}, {left.maker});
    CHECK_FALSE(left.has_memory());
    CHECK_FALSE(left.has_semaphores());
}

TEST_CASE("semaphores that somebody else has made stay") {
    const LeftIpc left;
    remove_ipc(ProcFs(), {}, {left.maker + 1});
    CHECK(left.has_semaphores());
}

TEST_CASE("shared memory whose maker lives stays") {
    const int memory = ::shmget(IPC_PRIVATE, 4096, 0600);
    REQUIRE(memory >= 0);
    remove_ipc(ProcFs(), {memory}, {});
    struct shmid_ds about {};
    CHECK(::shmctl(memory, IPC_STAT, &about) == 0);
    ::shmctl(memory, IPC_RMID, nullptr);
}

TEST_CASE("shared memory that is not named stays") {
    const LeftIpc left;
    remove_ipc(ProcFs(), {}, {left.maker});
    CHECK(left.has_memory());
}

TEST_CASE("shared memory that somebody has attached stays") {
    const LeftIpc left;
    void* const attached = ::shmat(left.memory, nullptr, 0);
    remove_ipc(ProcFs(), {left.memory}, {left.maker});
    CHECK(left.has_memory());
    ::shmdt(attached);
    remove_ipc(ProcFs(), {left.memory}, {left.maker});
    CHECK_FALSE(left.has_memory());
}

TEST_CASE("semaphores that a living process was the last to operate stay") {
    const LeftIpc left;
    struct sembuf raise_second {
        1, 1, 0
    };
    REQUIRE(::semop(left.semaphores, &raise_second, 1) == 0);
    remove_ipc(ProcFs(), {}, {left.maker, ::getpid()});
    CHECK(left.has_semaphores());
}

TEST_CASE("a zombie can operate semaphores no more") {
    const LeftIpc left;
    const FakeProc proc;
    proc.add({.pid = left.maker, .state = 'Z'});
    remove_ipc(ProcFs(proc.path()), {}, {left.maker});
    CHECK_FALSE(left.has_semaphores());
}

TEST_CASE("semaphores of a process that cannot be read stay") {
    const LeftIpc left;
    const FakeProc proc;
    proc.write(std::to_string(left.maker) + "/stat", "garbage");
    remove_ipc(ProcFs(proc.path()), {}, {left.maker});
    CHECK(left.has_semaphores());
}

TEST_CASE("an id that names nothing any more is passed over") {
    const LeftIpc left;
    remove_ipc(ProcFs(), {-1, left.memory + 1'000'000, left.memory}, {left.maker});
    CHECK_FALSE(left.has_memory());
}

}  // namespace

}  // namespace ra
