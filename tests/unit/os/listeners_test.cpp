#include "os/listeners.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "base/unique_fd.h"
#include "os/sock_diag.h"
#include "tests/support/catch.h"
#include "tests/unit/fake_proc.h"
#include "tests/unit/unix_socket.h"

namespace ra {

namespace {

const std::vector<std::uint16_t> ports{9999, 9898};  // 270F and 26AA

std::string tcp_row(const std::string& address, const std::string& state, const std::string& inode) {
    const auto nobody = address.size() > 13 ? std::string(32, '0') : std::string(8, '0');
    return "   0: " + address + " " + nobody + ":0000 " + state +
           " 00000000:00000000 00:00000000 00000000    26        0 " + inode + " 1 00000000e34d76b9 100 0 0 10 0\n";
}

TEST_CASE("a listening TCP socket on our ports is found with its address") {
    struct Row {
        std::string address, text;
        std::uint16_t port;
    };
    const std::vector<Row> rows{
        {"0100007F:270F", "127.0.0.1", 9999},
        {"00000000:26AA", "0.0.0.0", 9898},
        {"0A01A8C0:270F", "192.168.1.10", 9999},
        {"00000000000000000000000000000000:270F", "::", 9999},
        {"00000000000000000000000001000000:270F", "::1", 9999},
        {"B80D01200000000000000000010000FE:270F", "2001:db8::fe00:1", 9999},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        const auto found = parse_tcp_listeners(tcp_row(row.address, "0A", "4711"), ports);
        REQUIRE(found.size() == 1);
        CHECK(found.front().address == row.text);
        CHECK(found.front().port == row.port);
        CHECK(found.front().inode == 4711);
    }
}

TEST_CASE("a TCP row that does not listen on our ports is passed over") {
    const std::vector<std::string> rows{
        "",
        "\n\n\n",
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n",
        tcp_row("0100007F:270F", "01", "4711"),  // established
        tcp_row("0100007F:1F90", "0A", "4711"),  // another port
        tcp_row("0100007F:270F", "0A", "x"),     // garbage
        tcp_row("0100007F:270F", "0A", "-1"),
        tcp_row("0100007F:270F", "0A", "99999999999999999999999"),
        tcp_row("0100007F:1270F", "0A", "4711"),
        tcp_row("0100007F", "0A", "4711"),
        tcp_row("0100007F:", "0A", "4711"),
        tcp_row("0100007F:270F:270F", "0A", "4711"),
        tcp_row("0100007:270F", "0A", "4711"),
        tcp_row("0100007G:270F", "0A", "4711"),
        tcp_row("0100007F0100007F:270F", "0A", "4711"),
        tcp_row(":270F", "0A", "4711"),
        tcp_row(std::string(100000, '0') + ":270F", "0A", "4711"),
        std::string(1000, '\0'),
    };
    for (const auto& row : rows) {
        INFO(row.substr(0, 100));
        CHECK(parse_tcp_listeners(row, ports).empty());
    }
}

TEST_CASE("a TCP table that is cut off gives the rows that are whole") {
    const auto whole = tcp_row("0100007F:270F", "0A", "4711");
    const auto second = tcp_row("00000000:26AA", "0A", "4712");
    for (std::size_t length = 0; length < second.find("4712"); ++length) {
        INFO(length);
        CHECK(parse_tcp_listeners(whole + second.substr(0, length), ports).size() == 1);
    }
}

TEST_CASE("a listening UNIX socket is found with its whole path") {
    for (const auto* path : {"/run/postgresql/.s.PGSQL.9999", "/a b/  c", "@abstract", "relative", "/ü", "/a(b)"}) {
        INFO(path);
        const auto found = parse_unix_listeners("000000008a8cb995: 00000002 00000000 00010000 0001 01 4711 " +
                                                std::string(path) + "\n");
        REQUIRE(found.size() == 1);
        CHECK(found.front().path.native() == path);
        CHECK(found.front().inode == 4711);
    }
}

TEST_CASE("a UNIX row that does not listen on a path is passed over") {
    for (const auto* row :
         {"", "Num       RefCount Protocol Flags    Type St Inode Path\n",
          "0: 00000003 00000000 00000000 0001 03 4711 /run/connected\n", "0: 00000002 00000000 00010000 0001 01 4711\n",
          "0: 00000002 00000000 00010000 0001 01 4711 \n", "0: 00000002 00000000 00010000 0001 01 x /run/x\n",
          "0: 00000002 00000000 0001000x 0001 01 4711 /run/x\n", "0: 00000002 00000000 FFFFFFFFF 0001 01 4711 /run/x\n",
          "/run/x\n"}) {
        INFO(row);
        CHECK(parse_unix_listeners(row).empty());
    }
}

TEST_CASE("the tables are read below the root that is given") {
    const FakeProc proc;
    const auto loopback = tcp_row("0100007F:270F", "0A", "1");
    proc.write("net/tcp", "header\n" + loopback);
    proc.write("net/tcp6", "header\n" + tcp_row("00000000000000000000000001000000:270F", "0A", "2"));
    proc.write("net/unix", "header\n0: 00000002 00000000 00010000 0001 01 3 /run/x\n");
    CHECK(tcp_listeners(proc.path(), ports)->size() == 2);
    CHECK(unix_listeners(proc.path())->size() == 1);

    SECTION("a kernel without IPv6 has no tcp6") {
        std::filesystem::remove(proc.path() / "net/tcp6");
        CHECK(tcp_listeners(proc.path(), ports)->size() == 1);
    }
    SECTION("a table that cannot be read is an error") {
        std::filesystem::remove(proc.path() / "net/tcp");
        std::filesystem::remove(proc.path() / "net/unix");
        CHECK_FALSE(tcp_listeners(proc.path(), ports));
        CHECK_FALSE(unix_listeners(proc.path()));
    }
}

// A socket that listens on a free port of the loopback.
struct Listening {
    // On "::" if it is said whether IPv4 comes that way too.
    explicit Listening(sa_family_t tree, std::optional<bool> ipv6_only = {})
        : fd(::socket(tree, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        struct sockaddr_in6 address {};  // large enough for both, and its tree and port are in the same places
        address.sin6_family = tree;
        auto* name = reinterpret_cast<struct sockaddr*>(&address);
        const int only = ipv6_only.value_or(false) ? 1 : 0;
        if (ipv6_only)
            ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
        else if (tree == AF_INET)
            reinterpret_cast<struct sockaddr_in*>(&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        else
            address.sin6_addr = in6addr_loopback;
        socklen_t size = tree == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        listens = ::bind(fd.get(), name, size) == 0 && ::listen(fd.get(), 1) == 0 &&
                  ::getsockname(fd.get(), name, &size) == 0;
        port = ntohs(address.sin6_port);
        struct stat about {};
        if (::fstat(fd.get(), &about) == 0) inode = about.st_ino;
    }

    UniqueFd fd;
    bool listens = false;
    std::uint16_t port = 0;
    ino_t inode = 0;
};

TEST_CASE("the kernel names our own listening socket by netlink as it does in proc") {
    const Listening on_4(AF_INET);
    REQUIRE(on_4.listens);
    const auto by_netlink = ask_for_tcp_listeners({on_4.port});
    REQUIRE(by_netlink);
    REQUIRE(by_netlink->size() == 1);
    CHECK(by_netlink->front().address == "127.0.0.1");
    CHECK(by_netlink->front().port == on_4.port);
    CHECK(by_netlink->front().inode == on_4.inode);
    // Not "/proc", so that the table is read.
    const auto in_proc = tcp_listeners("/proc/self", {on_4.port});
    REQUIRE(in_proc);
    REQUIRE(in_proc->size() == 1);
    CHECK(in_proc->front().address == "127.0.0.1");
    CHECK(in_proc->front().inode == on_4.inode);
    CHECK(ask_for_tcp_listeners({})->empty());
}

TEST_CASE("a listening socket of IPv6 is named by netlink too") {
    const Listening on_6(AF_INET6);
    if (!on_6.listens) {
        WARN("this machine has no IPv6");
        return;
    }
    const auto found = ask_for_tcp_listeners({on_6.port});
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().address == "::1");
    CHECK(found->front().inode == on_6.inode);
}

TEST_CASE("the kernel says whether a socket on :: takes IPv4 too") {
    const bool is_ipv6_only = GENERATE(true, false);
    const Listening on_any(AF_INET6, is_ipv6_only);
    if (!on_any.listens) {
        WARN("this machine has no IPv6");
        return;
    }
    const auto found = ask_for_tcp_listeners({on_any.port});
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().address == "::");
    CHECK(found->front().ipv6_only == is_ipv6_only);
}

TEST_CASE("a UNIX socket that nobody can connect to any more is found") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "socket";
    const auto inode_of = [](const UniqueFd& fd) {
        struct stat about {};
        REQUIRE(::fstat(fd.get(), &about) == 0);
        return about.st_ino;
    };
    const auto first = listen_on(path);
    std::optional<UniqueFd> second;
    const auto has_file = [&](const UniqueFd& fd) {
        auto listeners = unix_listeners("/proc").value_or({});
        find_lost_files("/proc", {path}, listeners);
        return std::ranges::find(listeners, inode_of(fd), &UnixListener::inode)->has_file;
    };
    CHECK(has_file(first));
    std::filesystem::remove(path);
    CHECK_FALSE(has_file(first));
    second = listen_on(path);
    CHECK(has_file(*second));
    CHECK_FALSE(has_file(first));
    std::filesystem::remove(path);
    directory.write("socket", "");
    CHECK_FALSE(has_file(*second));
}

}  // namespace

}  // namespace ra
