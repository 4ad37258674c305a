#include "os/proc_fs.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tests/support/catch.h"
#include "tests/unit/fake_proc.h"

namespace ra {

namespace {

using namespace std::string_literals;

// The fields of /proc/PID/stat behind the state, up to the start time.
const std::string fields = " 7 42 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 123456789 9 9";

TEST_CASE("a process's stat is read whatever the process calls itself") {
    const std::vector<std::string> names{
        "pgpool", "", " ", ")", "(", ") R 1 1 1 0", "a) S (b", "a\nb", "\t", "a\0b"s, "(sd-pam)", "\xff\xfe",
    };
    for (const auto& name : names) {
        INFO("name: '" << name << "'");
        const auto stat = parse_stat(fmt::format("42 ({}) S{}\n", name, fields));
        REQUIRE(stat);
        CHECK(stat->id == ProcessId{42, 123456789});
        CHECK(stat->name == name);
        CHECK(stat->state == 'S');
        CHECK(stat->parent == 7);
        CHECK(stat->session == 40);
    }
}

TEST_CASE("a zombie is dead and a stopped process is not") {
    const auto state = [](const std::string& letter) { return *parse_stat("42 (pgpool) " + letter + fields); };
    CHECK(state("Z").dead());
    CHECK(state("X").dead());
    for (const auto* letter : {"R", "S", "D", "T", "t", "I"}) {
        INFO(letter);
        CHECK_FALSE(state(letter).dead());
        CHECK(state(letter).stopped() == (*letter == 'T'));
    }
}

TEST_CASE("a stat that is cut off is an error at every length") {
    const auto whole = "42 (pg) pool) S" + fields.substr(0, fields.find(" 9 9"));
    REQUIRE(parse_stat(whole));
    // The last field is a number: cut inside it, it is another one, so that only a shorter text is surely wrong.
    const auto shortest = whole.rfind(' ') + 1;
    for (std::size_t length = 0; length <= shortest; ++length) {
        INFO("'" << whole.substr(0, length) << "'");
        CHECK_FALSE(parse_stat(whole.substr(0, length)));
    }
}

TEST_CASE("a stat with a field that is no number is an error") {
    const std::vector<std::string> texts{
        "x (pgpool) S" + fields,
        "42x (pgpool) S" + fields,
        "(pgpool) S" + fields,
        "99999999999 (pgpool) S" + fields,
        "42 )pgpool( S" + fields,
        "42 pgpool S" + fields,
        "42 (pgpool) SS" + fields,
        "42 (pgpool) S x" + fields,
        "42 (pgpool) S 99999999999 42 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1",
        "42 (pgpool) S 7 42 4o 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1",
        "42 (pgpool) S 7 42 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 -1",
        "42 (pgpool) S 7 42 40 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99999999999999999999",
        std::string(1000, '\0'),
        std::string(100000, '('),
    };
    for (const auto& text : texts) {
        INFO(text.substr(0, 80));
        const auto refused = parse_stat(text);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.size() < 120);
        CHECK_FALSE(vanished(refused.error()));
    }
}

TEST_CASE("only the numbers in proc are processes") {
    const FakeProc proc;
    proc.add({.pid = 7});
    proc.add({.pid = 4242});
    proc.write("12x/stat", "");
    proc.write("99999999999/stat", "");
    auto pids = *ProcFs(proc.path()).pids();
    std::ranges::sort(pids);
    CHECK(pids == std::vector<pid_t>{7, 4242});
    CHECK_FALSE(ProcFs(proc.path() / "missing").pids());
}

TEST_CASE("a process that has ended meanwhile has vanished and is no failure of reading") {
    const FakeProc proc;
    const ProcFs fs(proc.path());
    CHECK(vanished(fs.stat(42).error()));
    CHECK(vanished(fs.owner(42).error()));
    CHECK(vanished(fs.arguments(42).error()));
    CHECK(vanished(fs.executable(42).error()));
    CHECK(vanished(fs.namespaces(42).error()));
    CHECK(vanished(fs.children(42).error()));
    CHECK(vanished(fs.sockets(42).error()));
    CHECK(vanished(fs.shared_memory(42).error()));
    CHECK_FALSE(vanished(Error{"", EACCES}));
    CHECK_FALSE(vanished(Error{"", 0}));
}

TEST_CASE("what cannot be read is an error and not an end") {
    const FakeProc proc;
    const ProcFs fs(proc.path());
    proc.write("42", "a file where a directory should be");
    CHECK_FALSE(vanished(fs.stat(42).error()));
    proc.write("43/stat", std::string((4 << 20) + 1, '1'));
    CHECK_FALSE(vanished(fs.stat(43).error()));
    std::filesystem::create_directories(proc.path() / "44/stat");
    CHECK_FALSE(vanished(fs.stat(44).error()));
    proc.write("45/exe", "no link");
    CHECK_FALSE(vanished(fs.executable(45).error()));
}

TEST_CASE("arguments are told apart and the padding of a title is not one of them") {
    struct Row {
        std::string command_line;
        std::vector<std::string> arguments;
    };
    const std::vector<Row> rows{
        {"/usr/sbin/pgpool\0-n\0-f\0/a b\0"s, {"/usr/sbin/pgpool", "-n", "-f", "/a b"}},
        {"pgpool: worker process\0\0\0\0\0"s, {"pgpool: worker process"}},
        {"pgpool\0\0-n\0"s, {"pgpool", "", "-n"}},
        {"no NUL at the end", {"no NUL at the end"}},
        {"", {""}},
        {std::string(5000, '\0'), {""}},
    };
    const FakeProc proc;
    for (const auto& row : rows) {
        INFO(row.command_line);
        proc.write("42/cmdline", row.command_line);
        CHECK(*ProcFs(proc.path()).arguments(42) == row.arguments);
    }
}

TEST_CASE("an executable that was replaced on disk keeps its path") {
    const FakeProc proc;
    proc.add({.pid = 1, .executable = "/usr/sbin/pgpool"});
    proc.add({.pid = 2, .executable = "/usr/sbin/pgpool (deleted)"});
    proc.add({.pid = 3, .executable = "/opt/a b/pgpool"});
    const ProcFs fs(proc.path());
    CHECK(fs.executable(1)->native() == "/usr/sbin/pgpool");
    CHECK(fs.executable(2)->native() == "/usr/sbin/pgpool");
    CHECK(fs.executable(3)->native() == "/opt/a b/pgpool");
}

TEST_CASE("namespaces are compared with those of the agent") {
    const FakeProc proc;
    proc.add({.pid = 1});
    proc.add({.pid = 2, .network_namespace = "net:[2]"});
    proc.add({.pid = 3, .mount_namespace = "mnt:[2]"});
    const ProcFs fs(proc.path());
    CHECK(*fs.namespaces(1) == *fs.own_namespaces());
    CHECK(*fs.namespaces(2) != *fs.own_namespaces());
    CHECK(*fs.namespaces(3) != *fs.own_namespaces());
}

TEST_CASE("children are listed where the kernel lists them") {
    const FakeProc proc;
    proc.add({.pid = 1, .children = "7 8 "});
    proc.add({.pid = 2, .children = ""});
    proc.add({.pid = 3});
    std::filesystem::remove(proc.path() / "3/task/3/children");
    const ProcFs fs(proc.path());
    CHECK(*fs.children(1) == std::vector<pid_t>{7, 8});
    CHECK(fs.children(2)->empty());
    CHECK_FALSE(fs.children(3));
}

TEST_CASE("only sockets count among the open files") {
    const FakeProc proc;
    proc.add({.pid = 1, .sockets = {11, 12}});
    proc.link("1/fd/90", "pipe:[13]");
    proc.link("1/fd/91", "/tmp/socket:[14]");
    proc.link("1/fd/92", "socket:[x]");
    proc.link("1/fd/93", "socket:[");
    proc.link("1/fd/94", "socket:[15] (deleted)");
    proc.link("1/fd/95", "socket:[99999999999999999999999]");
    proc.write("1/fd/96", "no link");
    auto sockets = *ProcFs(proc.path()).sockets(1);
    std::ranges::sort(sockets);
    CHECK(sockets == std::vector<ino_t>{11, 12});
}

TEST_CASE("attached shared memory is listed once each") {
    const FakeProc proc;
    proc.add({.pid = 1, .shared_memory = {0, 65538, 0}});
    proc.add({.pid = 2});
    proc.write("3/maps", "\n\n7f00-7f01 rw-s 0 00:01 x /SYSV00000000\nshort\n7f00 rw-s 0 00:01 5 /tmp/SYSV00000000\n");
    const ProcFs fs(proc.path());
    CHECK(*fs.shared_memory(1) == std::vector<int>{0, 65538});
    CHECK(fs.shared_memory(2)->empty());
    CHECK(fs.shared_memory(3)->empty());
}

TEST_CASE("the agent finds itself in the real proc") {
    const ProcFs proc;
    const auto stat = proc.stat(::getpid());
    REQUIRE(stat);
    CHECK(stat->id.pid == ::getpid());
    CHECK(stat->parent == ::getppid());
    CHECK(stat->session == ::getsid(0));
    CHECK(*proc.owner(::getpid()) == ::geteuid());
    CHECK(*proc.namespaces(::getpid()) == *proc.own_namespaces());
}

}  // namespace

}  // namespace ra
