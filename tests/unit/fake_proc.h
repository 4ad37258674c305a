#pragma once

#include <fmt/format.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace ra {

// A process as /proc shows it: what a test does not set is that of a pgpool child that sleeps.
struct FakeProcess {
    pid_t pid = 0;
    std::string name = "pgpool";
    char state = 'S';
    pid_t parent = 1;
    pid_t session = 1;
    unsigned long start_time = 100;
    std::string command_line = {};  // with its NUL bytes
    std::string executable = "/usr/sbin/pgpool";
    std::string mount_namespace = "mnt:[1]";
    std::string network_namespace = "net:[1]";
    std::vector<ino_t> sockets = {};
    std::vector<int> shared_memory = {};
    std::string children = {};
};

// A /proc of the test's own, in whose namespaces the agent lives too.
class FakeProc : public TemporaryDirectory {
 public:
    FakeProc() {
        link("self/ns/mnt", "mnt:[1]");
        link("self/ns/net", "net:[1]");
        write("net/tcp",
              "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n");
        write("net/unix", "Num       RefCount Protocol Flags    Type St Inode Path\n");
        write("loadavg", "0.00 0.00 0.00 1/1 1\n");
    }

    void add(const FakeProcess& process) const {
        const auto directory = std::to_string(process.pid);
        write(directory + "/stat", fmt::format("{} ({}) {} {} {} {} 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 {} 0 0\n",
                                               process.pid, process.name, process.state, process.parent, process.pid,
                                               process.session, process.start_time));
        write(directory + "/cmdline", process.command_line);
        write(directory + fmt::format("/task/{}/children", process.pid), process.children);
        link(directory + "/exe", process.executable);
        link(directory + "/ns/mnt", process.mount_namespace);
        link(directory + "/ns/net", process.network_namespace);
        link(directory + "/fd/0", "/dev/null");
        int fd = 3;
        for (const auto inode : process.sockets)
            link(directory + fmt::format("/fd/{}", fd++), fmt::format("socket:[{}]", inode));
        std::string maps = "55d0-55d1 r-xp 00000000 fe:01 1234                       /usr/sbin/pgpool\n";
        for (const auto id : process.shared_memory)
            maps += fmt::format("7f00-7f01 rw-s 00000000 00:01 {}                       /SYSV00000000 (deleted)\n", id);
        write(directory + "/maps", maps);
    }

    void forget(pid_t pid) const { std::filesystem::remove_all(path() / std::to_string(pid)); }
};

}  // namespace ra
