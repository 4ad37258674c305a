#include "os/sysv_ipc.h"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/unit/fake_proc.h"

namespace ra {

namespace {

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
