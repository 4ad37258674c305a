// Fault matrix: what happens to files, disks and ports.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"
#include "tests/support/ports.h"

namespace ra::test {

namespace {

using enum ExitCode;

const std::string this_process = std::to_string(::getpid());

struct StrangerOnPort : State {
    StrangerOnPort() { of_others = {"a listener on port " + std::to_string(pgpool.port())}; }
    UniqueFd stranger = listen_on("127.0.0.1", pgpool.port());
};

struct StrangerOnPcpPort : State {
    StrangerOnPcpPort() { of_others = {"a listener on port " + std::to_string(pgpool.pcp_port())}; }
    UniqueFd stranger = listen_on("127.0.0.1", pgpool.pcp_port());
};

// A program that listens on the socket of pgpool's port.
struct StrangerOnSocket : State {
    StrangerOnSocket() : stranger(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const auto name = ".s.PGSQL." + std::to_string(pgpool.port());
        of_others = {"the file " + name};
        struct sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const auto path = (pgpool.directory().path() / name).native();
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(stranger.get(), reinterpret_cast<const struct sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(stranger.get(), 5) == 0);
    }
    UniqueFd stranger;
};

struct OtherPgpoolOnPort : State {
    OtherPgpoolOnPort() {
        other.start();
        pgpool.configure("port = " + std::to_string(other.port()));
    }
    Pgpool other;
};

std::vector<Cell> for_stranger(const std::string& reason) {
    return {
        {"monitor 0", {not_running}},       {"monitor 10", {not_running}}, {"probe", {not_running}},
        {"promote", {not_running}},         {"demote", {success}},         {"explain", {success}},
        {"start", {generic_error}, reason}, {"stop", {success}},
    };
}

}  // namespace

TEST_CASE("fault matrix: somebody else has its place") {
    play("somebody else has its place",
         {{"a stranger has the port", put_up<StrangerOnPort>, for_stranger("is taken by process " + this_process)},
          {"a stranger has the port of PCP", put_up<StrangerOnPcpPort>,
           for_stranger("is taken by process " + this_process)},
          {"a stranger has the socket", put_up<StrangerOnSocket>,
           for_stranger("is the socket of process " + this_process)},
          {"another pgpool has the port", put_up<OtherPgpoolOnPort>, for_stranger("is taken by process")}});
}

namespace {

struct Whole : Healthy {
    void lose(const std::filesystem::path& file) const { REQUIRE(std::filesystem::remove(file)); }
    [[nodiscard]] std::filesystem::path socket(std::uint16_t port) const {
        return pgpool.directory().path() / (".s.PGSQL." + std::to_string(port));
    }
};

struct WithoutPidFile : Whole {
    WithoutPidFile() { lose(pgpool.pid_file()); }
};

struct WithForeignPidFile : Whole {
    WithForeignPidFile() { pgpool.directory().write("pgpool.pid", this_process); }
};

struct WithoutRecord : Whole {
    WithoutRecord() { lose(pgpool.state_file()); }
};

struct WithoutPidFileAndRecord : WithoutPidFile {
    WithoutPidFileAndRecord() { lose(pgpool.state_file()); }
};

struct WithoutSocket : Whole {
    WithoutSocket() { lose(socket(pgpool.port())); }
};

struct WithoutPcpSocket : Whole {
    WithoutPcpSocket() { lose(socket(pgpool.pcp_port())); }
};

struct WithoutConfiguration : Whole {
    WithoutConfiguration() { lose(pgpool.configuration()); }
};

struct WithoutPcpConfiguration : Whole {
    WithoutPcpConfiguration() { lose(pgpool.directory().path() / "pcp.conf"); }
};

struct WithoutLog : Whole {
    WithoutLog() { lose(pgpool.log()); }
};

struct WithoutBinary : State {
    WithoutBinary() {
        const auto program = pgpool.directory().path() / "pgpool";
        std::filesystem::copy_file(PGPOOL_PROGRAM, program);
        pgpool.environment["OCF_RESKEY_binary"] = program;
        pgpool.start();
        REQUIRE(pgpool.says("0 up primary, 1 up standby"));
        std::filesystem::remove(program);
    }
};

struct WithoutAnything : WithoutPidFileAndRecord {
    WithoutAnything() {
        for (const auto port : {pgpool.port(), pgpool.pcp_port()}) lose(socket(port));
        lose(pgpool.configuration());
        lose(pgpool.directory().path() / "pcp.conf");
        lose(pgpool.directory().path() / "pool_hba.conf");
        lose(pgpool.log());
    }
};

const std::vector<Cell> unharmed_without_it{
    {"monitor 0", {success}}, {"monitor 10", {success}}, {"monitor 20", {success}},
    {"probe", {success}},     {"start", {success}},      {"stop", {success}},
};

std::vector<Cell> for_lost_file(const std::string& name, ExitCode validated) {
    return {
        {"monitor 0", {success}},
        {"probe", {success}},
        {"validate-all 10", {validated}, name},
        {"stop", {success}},
    };
}

}  // namespace

TEST_CASE("fault matrix: it has lost a file") {
    const std::vector<Cell> for_lost_socket{
        {"monitor 0", {success}},
        {"monitor 10", {degraded}, "has lost its socket"},
        {"monitor 20", {degraded}, "has lost its socket"},
        {"start", {success}},
        {"stop", {success}},
    };
    play("it has lost a file",
         {{"its pid file", put_up<WithoutPidFile>, unharmed_without_it},
          {"its pid file names another process", put_up<WithForeignPidFile>, unharmed_without_it},
          {"its record", put_up<WithoutRecord>, unharmed_without_it},
          {"its pid file and its record", put_up<WithoutPidFileAndRecord>, unharmed_without_it},
          {"its socket for clients", put_up<WithoutSocket>, for_lost_socket},
          {"its socket for PCP", put_up<WithoutPcpSocket>, for_lost_socket},
          {"pgpool.conf", put_up<WithoutConfiguration>, for_lost_file("pgpool.conf", not_installed)},
          {"pcp.conf", put_up<WithoutPcpConfiguration>, for_lost_file("pcp.conf", not_installed)},
          {"its log", put_up<WithoutLog>, unharmed_without_it},
          {"its program", put_up<WithoutBinary>, for_lost_file("parameter binary", not_installed)},
          {"all of them",
           put_up<WithoutAnything>,
           {
               {"monitor 0", {success}, "", "by its command line alone"},
               {"probe", {success}},
               {"explain", {success}},
               {"stop", {success}},
           }}});
}

namespace {

// With a /run of its own, and a disk for what pgpool writes.
struct OwnDisks : State {
    OwnDisks() {
        inside("mount -t tmpfs -o mode=0755 tmpfs /run");
        pgpool.runner = mounts.runner();
        std::filesystem::create_directory(disk());
        std::filesystem::permissions(disk(), std::filesystem::perms{0777});
    }
    void inside(const std::string& command) const {
        mounts.inside(command, {{"DISK", disk()}, {"DIRECTORY", pgpool.directory().path()}});
    }
    [[nodiscard]] std::filesystem::path disk() const { return pgpool.directory().path() / "disk"; }
    void put_pid_file_on_disk() const { pgpool.configure("pid_file_name = '" + (disk() / "pid").native() + "'"); }
    void put_log_on_disk() { pgpool.environment["OCF_RESKEY_log"] = disk() / "log"; }
    void fill(const std::string& directory) const {
        inside("cat /dev/zero > " + directory + "/full 2>/dev/null || true");
    }

    OwnMounts mounts;
};

struct ReadOnlyRun : OwnDisks {
    ReadOnlyRun() { inside("mount -o remount,ro /run"); }
};

struct ReadOnlyRunLater : OwnDisks {
    ReadOnlyRunLater() {
        pgpool.start();
        inside("mount -o remount,ro /run");
        of_others = {"the state file"};
    }
};

struct FullRun : OwnDisks {
    FullRun() {
        inside("mount -o remount,size=8k /run");
        fill("/run");
    }
};

struct FullRunLater : OwnDisks {
    FullRunLater() {
        pgpool.start();
        inside("mount -o remount,size=64k /run");
        fill("/run");
    }
};

struct FullDiskForPidFile : OwnDisks {
    FullDiskForPidFile() {
        put_pid_file_on_disk();
        inside("mount -t tmpfs -o size=64k,mode=1777 tmpfs $DISK");
        fill("$DISK");
    }
};

struct FullDiskForLog : OwnDisks {
    FullDiskForLog() {
        put_log_on_disk();
        inside("mount -t tmpfs -o size=64k,mode=1777 tmpfs $DISK");
        fill("$DISK");
    }
};

struct FullDiskLater : OwnDisks {
    FullDiskLater() {
        put_pid_file_on_disk();
        put_log_on_disk();
        inside("mount -t tmpfs -o size=512k,mode=1777 tmpfs $DISK");
        pgpool.start();
        fill("$DISK");
    }
};

struct ReadOnlyDisk : OwnDisks {
    ReadOnlyDisk() { inside("mount --bind $DIRECTORY $DIRECTORY; mount -o remount,bind,ro $DIRECTORY"); }
};

std::vector<Cell> for_start_without(const std::string& reason) {
    return {
        {"monitor 0", {not_running}}, {"monitor 10", {not_running}}, {"probe", {not_running}},
        {"demote", {success}},        {"explain", {success}},        {"start", {generic_error, no_permission}, reason},
        {"stop", {success}},
    };
}

}  // namespace

TEST_CASE("fault matrix: nothing can be written") {
    const std::vector<Cell> for_later{
        {"monitor 0", {success}}, {"monitor 10", {success}}, {"probe", {success}}, {"promote", {success}},
        {"demote", {success}},    {"start", {success}},      {"stop", {success}},
    };
    play(
        "nothing can be written",
        {{"/run is read-only", put_up<ReadOnlyRun>, for_start_without("Read-only file system")},
         {"/run is full", put_up<FullRun>, for_start_without("No space left on device")},
         {"/run is full since it runs", put_up<FullRunLater>, for_later},
         {"/run is read-only since it runs",
          put_up<ReadOnlyRunLater>,
          {
              {"monitor 0", {success}},
              {"monitor 10", {success}},
              {"promote", {generic_error}, "Read-only file system", "no monitor could know of it"},
              {"demote", {success}, "", "nothing is to be changed"},
              {"start", {success}},
              {"stop", {success}},
          }},
         {"the disk of the pid file is full", put_up<FullDiskForPidFile>, for_start_without("No space left on device")},
         {"the disk of the log is full",
          put_up<FullDiskForLog>,
          {
              {"monitor 0", {not_running}},
              {"start", {success}, "", "the log is not worth the service"},
              {"stop", {success}},
          }},
         {"its disk is full since it runs", put_up<FullDiskLater>, for_later},
         {"its disk is read-only", put_up<ReadOnlyDisk>, for_start_without("Read-only file system")}});
}

}  // namespace ra::test
