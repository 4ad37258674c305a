#include "observe/observer.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>

#include "decide/classification.h"
#include "tests/support/catch.h"
#include "tests/unit/fake_proc.h"

namespace ra {

namespace {

using namespace std::string_literals;

// A machine with a pgpool of ours: main 100 and the children 101 and 102 listen on port 9999 with the socket 1.
class Machine : public FakeProc {
 public:
    Machine() {
        write("etc/pgpool.conf", "pid_file_name = '../run/pgpool.pid'\nsocket_dir = '/run/pg'\n");
        write("run/pgpool.pid", "100\0"s);
        listen("0100007F", "270F", 1);
        add(main());
        add(child(101));
        add(child(102));
    }

    [[nodiscard]] FakeProcess main() const {
        return {.pid = 100,
                .session = 100,
                .command_line = "/usr/sbin/pgpool\0-n\0-f\0"s + config().native() + "\0"s,
                .sockets = {1},
                .shared_memory = {7},
                .children = "101 102 "};
    }
    static FakeProcess child(pid_t pid) {
        return {.pid = pid,
                .parent = 100,
                .session = 100,
                .command_line = "pgpool: wait for connection request\0\0\0"s,
                .sockets = {1},
                .shared_memory = {7}};
    }

    void listen(const std::string& address, const std::string& port, ino_t inode) {
        tcp_ += fmt::format("0: {}:{} 00000000:0000 0A 0:0 00:0 0 26 0 {} 1 0\n", address, port, inode);
        write("net/tcp", tcp_);
    }

    [[nodiscard]] Observer observer(const std::string& executable = "pgpool") const {
        return {ProcFs(path()), {config(), executable, ::getpwuid(::geteuid())->pw_name}, record()};
    }
    [[nodiscard]] RecordFile record() const { return {path() / "state", "pool"}; }
    [[nodiscard]] std::filesystem::path config() const { return path() / "etc/pgpool.conf"; }

 private:
    std::string tcp_ = "  sl  local_address\n";
};

std::vector<pid_t> pids(const Snapshot& seen) {
    std::vector<pid_t> pids;
    for (const auto& process : *value_of(seen.processes)) pids.push_back(process.stat.id.pid);
    std::ranges::sort(pids);
    return pids;
}

using Pids = std::vector<pid_t>;

TEST_CASE("a look sees every pgpool and every other process") {
    Machine machine;
    machine.add({.pid = 50, .name = "nginx", .executable = "/usr/sbin/nginx"});
    machine.add({.pid = 200, .command_line = "/usr/sbin/pgpool\0-f\0/other\0"s});
    const auto seen = machine.observer().look();
    CHECK(seen.complete);
    CHECK(pids(seen) == Pids{100, 101, 102, 200});
    REQUIRE(seen.others.size() == 1);
    CHECK(seen.others.front().id.pid == 50);
    CHECK((*value_of(seen.pid_file))->pid == 100);
    CHECK(*value_of(seen.user) == ::geteuid());
    CHECK(seen.port_holders.empty());
    CHECK(classify(seen, machine.observer().instance()).because == "pgpool 100 runs");
}

TEST_CASE("a glance follows the pid file to main and one child and sees nobody else") {
    Machine machine;
    machine.add({.pid = 50, .name = "nginx", .executable = "/usr/sbin/nginx"});
    machine.add({.pid = 200, .command_line = "/usr/sbin/pgpool\0-f\0/other\0"s});
    const auto seen = machine.observer().look(Scope::main);
    CHECK_FALSE(seen.complete);
    CHECK(pids(seen) == Pids{100, 101});
    CHECK(seen.others.empty());
    CHECK(classify(seen, machine.observer().instance()).because == "pgpool 100 runs");
}

TEST_CASE("a glance follows the record without any configuration") {
    Machine machine;
    const auto main = ProcFs(machine.path()).stat(100)->id;
    REQUIRE(machine.record().write({{main, machine.config(), {9999, 9898, {"localhost"}, {}, {}, {}}, {7}}}));
    std::filesystem::remove(machine.config());
    const auto seen = machine.observer().look(Scope::main);
    CHECK(pids(seen) == Pids{100, 101});
    CHECK(classify(seen, machine.observer().instance()).because == "pgpool 100 runs");
}

TEST_CASE("a glance at the tree sees all that descends from main and nobody else") {
    Machine machine;
    auto main = machine.main();
    main.children = "101 102 103 104 105 ";
    machine.forget(100);
    machine.add(main);
    auto pcp = Machine::child(103);
    pcp.command_line = "pgpool: PCP: wait for connection request\0"s;
    pcp.children = "106 ";
    machine.add(pcp);
    machine.add({.pid = 104, .name = "sh", .parent = 100, .executable = "/bin/dash", .children = "107 "});
    machine.add({.pid = 105, .state = 'Z', .parent = 100});
    machine.add({.pid = 106, .parent = 103, .command_line = "pgpool: PCP: processing\0"s});
    machine.add({.pid = 107, .name = "promote", .parent = 104, .executable = "/usr/bin/promote"});
    machine.add({.pid = 50, .name = "nginx", .executable = "/usr/sbin/nginx"});
    machine.add({.pid = 200, .command_line = "/usr/sbin/pgpool\0-f\0/other\0"s});
    const auto seen = machine.observer().look(Scope::tree);
    CHECK_FALSE(seen.complete);
    CHECK(pids(seen) == Pids{100, 101, 102, 103, 106});
    REQUIRE(seen.dead.size() == 1);
    CHECK(seen.dead.front().id.pid == 105);
    const auto now = classify(seen, machine.observer().instance());
    CHECK(now.because == "pgpool 100 runs");
    CHECK(now.tree.commands.size() == 2);
    CHECK(has_pcp_process(now.tree));
    CHECK(pcp_workers(now.tree) == std::vector{ProcessId{106, 100}});
}

TEST_CASE("a pid that was given to another process is no child of main") {
    Machine machine;
    auto stranger = Machine::child(102);
    stranger.parent = 1;
    machine.forget(102);
    machine.add(stranger);
    CHECK(pids(machine.observer().look(Scope::tree)) == Pids{100, 101});
}

TEST_CASE("a glance that finds no main asks no further") {
    Machine machine;
    SECTION("the pid file is lost") { std::filesystem::remove(machine.path() / "run/pgpool.pid"); }
    SECTION("the pid file is no pid file") { machine.write("run/pgpool.pid", "x"); }
    SECTION("the pid file names a dead process") { machine.write("run/pgpool.pid", "999"); }
    SECTION("the pid file names a stranger") {
        machine.add({.pid = 50, .name = "nginx", .executable = "/usr/sbin/nginx"});
        machine.write("run/pgpool.pid", "50");
    }
    SECTION("main is a zombie") {
        machine.forget(100);
        auto zombie = machine.main();
        zombie.state = 'Z';
        machine.add(zombie);
    }
    CHECK(std::holds_alternative<NotAsked>(machine.observer().look(Scope::main).processes));
    CHECK(std::holds_alternative<NotAsked>(machine.observer().look(Scope::tree).processes));
}

TEST_CASE("what only calls itself pgpool or lives elsewhere is none of ours") {
    Machine machine;
    machine.add({.pid = 201, .executable = "/bin/bash"});
    machine.add({.pid = 202, .network_namespace = "net:[2]"});
    machine.add({.pid = 204, .state = 'Z'});
    machine.add({.pid = 205, .state = 'X'});
    CHECK(pids(machine.observer().look()) == Pids{100, 101, 102});
}

TEST_CASE("a pgpool whose program was replaced or has another name is seen") {
    Machine machine;
    machine.add({.pid = 201, .executable = "/usr/sbin/pgpool (deleted)"});
    machine.add({.pid = 202, .name = "pgpool-4.6-with", .executable = "/opt/pgpool-4.6-with-ssl"});
    CHECK(pids(machine.observer().look()) == Pids{100, 101, 102, 201});
    CHECK(pids(machine.observer("pgpool-4.6-with-ssl").look()) == Pids{100, 101, 102, 201, 202});
}

TEST_CASE("a pgpool whose executable was renamed is known by its arguments or its title") {
    Machine machine;
    for (auto process : {machine.main(), Machine::child(101), Machine::child(102)}) {
        machine.forget(process.pid);
        process.executable = "/usr/sbin/pgpool.old";
        machine.add(process);
    }
    machine.add({.pid = 201, .command_line = "/bin/bash\0/usr/bin/pgpool\0"s, .executable = "/bin/bash"});
    for (const auto scope : {Scope::main, Scope::tree, Scope::machine}) {
        const auto seen = machine.observer().look(scope);
        CHECK(pids(seen) == (scope == Scope::main ? Pids{100, 101} : Pids{100, 101, 102}));
        CHECK(classify(seen, machine.observer().instance()).because == "pgpool 100 runs");
    }
}

TEST_CASE("the main on record is known whatever it is called") {
    Machine machine;
    std::filesystem::remove(machine.path() / "run/pgpool.pid");
    for (auto process : {machine.main(), Machine::child(101), Machine::child(102)}) {
        machine.forget(process.pid);
        process.name = "pp";
        process.executable = "/opt/pp-4.3";
        machine.add(process);
    }
    const Endpoints at{9999, 9898, {"localhost"}, {}, {}, machine.path() / "run/pgpool.pid"};
    REQUIRE(machine.record().write({{{100, 100}, machine.config(), at, {}}, {}}));
    for (const auto scope : {Scope::main, Scope::tree, Scope::machine}) {
        const auto seen = machine.observer().look(scope);
        CHECK(pids(seen) == (scope == Scope::main ? Pids{100, 101} : Pids{100, 101, 102}));
        CHECK(classify(seen, machine.observer().instance()).because == "pgpool 100 runs");
    }
}

TEST_CASE("a process that runs the file of parameter binary is a pgpool by whatever name") {
    Machine machine;
    machine.write("bin/pgpool-4.3.5", "");
    machine.link("bin/pp", "pgpool-4.3.5");
    const auto binary = (machine.path() / "bin/pp").native();
    const auto target = (machine.path() / "bin/pgpool-4.3.5").native();
    machine.add({.pid = 201, .name = "pp", .executable = target});
    machine.add({.pid = 202, .name = "pgpool-4.3.5", .executable = target});
    machine.add({.pid = 203, .name = "something", .executable = target});
    machine.add({.pid = 204, .name = "something", .command_line = "/x\0"s, .executable = "/usr/bin/something"});
    CHECK(pids(machine.observer(binary).look()) == Pids{100, 101, 102, 201, 202, 203});
}

TEST_CASE("a pgpool of our network in another mount namespace is seen apart") {
    Machine machine;
    auto main = machine.main();
    main.mount_namespace = "mnt:[2]";
    machine.forget(100);
    machine.add(main);
    const auto config = machine.config().native();
    CHECK(pids(machine.observer().look()) == Pids{101, 102});
    REQUIRE(machine.observer().look().elsewhere.size() == 1);
    CHECK(std::holds_alternative<NotAsked>(machine.observer().look(Scope::main).processes));

    SECTION("with the same file, it may be ours") {
        std::filesystem::create_directory_symlink("/", machine.path() / "100/root");
        CHECK(machine.observer().look().elsewhere.size() == 1);
    }
    SECTION("with a file of its own by that name, it is another's") {
        machine.write("100/root" + config, "");
        CHECK(machine.observer().look().elsewhere.empty());
    }
}

TEST_CASE("of the processes that end while they are looked at, those that are not gone are seen, but no main") {
    Machine machine;
    for (const auto* part : {"exe", "ns", "cmdline"}) {
        INFO(part);
        machine.add({.pid = 201, .session = 100});
        machine.add({.pid = 202, .session = 202});
        for (const auto* pid : {"201", "202"}) std::filesystem::remove_all(machine.path() / pid / part);
        CHECK(pids(machine.observer().look()) == Pids{100, 101, 102, 201});
        machine.forget(201);
        machine.forget(202);
    }
    std::filesystem::create_directory(machine.path() / "201");
    CHECK(pids(machine.observer().look()) == Pids{100, 101, 102});
}

TEST_CASE("processes are not known as soon as one of them cannot be read") {
    Machine machine;
    SECTION("a stat that is no stat") { machine.write("201/stat", "garbage"); }
    SECTION("a command line that is none") {
        machine.add({.pid = 201});
        std::filesystem::remove(machine.path() / "201/cmdline");
        std::filesystem::create_directory(machine.path() / "201/cmdline");
    }
    SECTION("no namespaces of our own") { std::filesystem::remove_all(machine.path() / "self"); }
    const auto seen = machine.observer().look();
    REQUIRE(std::holds_alternative<Error>(seen.processes));
    CHECK(classify(seen, machine.observer().instance()).condition == Condition::unknown);
}

TEST_CASE("who holds a port that is ours is known by pid and name if he can be seen") {
    Machine machine;
    machine.add({.pid = 50, .name = "nginx", .executable = "/usr/sbin/nginx", .sockets = {90}});
    machine.listen("00000000", "26AA", 90);
    machine.listen("0200007F", "270F", 91);
    machine.listen("0100007F", "1F90", 92);
    const auto holders = machine.observer().look().port_holders;
    REQUIRE(holders.size() == 2);
    CHECK(holders[0].port == 9898);
    CHECK(holders[0].address == "0.0.0.0");
    CHECK(holders[0].pid == 50);
    CHECK(holders[0].name == "nginx");
    CHECK(holders[1].port == 9999);
    CHECK(holders[1].address == "127.0.0.2");
    CHECK(holders[1].pid == 0);
}

TEST_CASE("what pgpool holds open is seen with it") {
    const Machine machine;
    const auto seen = machine.observer().look();
    for (const auto& process : *value_of(seen.processes)) {
        CHECK(process.sockets == std::vector<ino_t>{1});
        CHECK(process.shared_memory == std::vector<int>{7});
        CHECK(process.owner == ::geteuid());
    }
}

TEST_CASE("without a configuration the record says where the pid file is") {
    Machine machine;
    machine.write("etc/pgpool.conf", "= no key before it\n");
    REQUIRE(std::holds_alternative<Error>(machine.observer().look().configured));
    CHECK(std::holds_alternative<NotAsked>(machine.observer().look().pid_file));
    REQUIRE(machine.record().write(
        {{{100, 1}, machine.config(), {9999, 9898, {}, {}, {}, machine.path() / "run/pgpool.pid"}, {}}}));
    CHECK((*value_of(machine.observer().look().pid_file))->pid == 100);
}

TEST_CASE("a record that cannot be trusted is as good as none") {
    Machine machine;
    machine.write("state/pool", "pid=1\n");
    const auto seen = machine.observer().look();
    CHECK_FALSE(seen.record.has_value());
    CHECK(pids(seen) == Pids{100, 101, 102});
}

}  // namespace

}  // namespace ra
