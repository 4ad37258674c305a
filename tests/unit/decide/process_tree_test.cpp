#include "decide/process_tree.h"

#include <functional>

#include "facts/command_line.h"
#include "ocf/defaults.h"
#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra {

namespace {

using namespace scene;

using Pids = std::vector<pid_t>;

TEST_CASE("the configuration file is read from the arguments of a main process") {
    struct Row {
        std::vector<std::string> arguments;
        std::string config;
    };
    const std::string compiled_in(defaults::config);
    const std::vector<Row> rows{
        {{"/usr/sbin/pgpool"}, compiled_in},
        {{"pgpool", "-n"}, compiled_in},
        {{"pgpool", "-f", "/x"}, "/x"},
        {{"pgpool", "-f/x"}, "/x"},
        {{"pgpool", "-nf", "/x"}, "/x"},
        {{"pgpool", "-nDf/x"}, "/x"},
        {{"pgpool", "-f", "relative.conf"}, "relative.conf"},
        {{"pgpool", "-f", "/a b"}, "/a b"},
        {{"pgpool", "-f", "-n"}, "-n"},
        {{"pgpool", "-f", "/x", "-f", "/y"}, "/y"},
        {{"pgpool", "-F", "/pcp.conf", "-f", "/x", "-a", "/hba.conf"}, "/x"},
        {{"pgpool", "-F", "-f", "-a", "-f"}, compiled_in},
        {{"pgpool", "-F/of/f", "-k", "-f", "-n"}, compiled_in},
        {{"pgpool", "-aF", "-f", "/x"}, "/x"},
        {{"pgpool", "--config-file", "/x"}, "/x"},
        {{"pgpool", "--config-file=/x"}, "/x"},
        {{"pgpool", "--pcp-file", "/p", "--config-file=/x", "--debug"}, "/x"},
        {{"pgpool", "--pcp-file", "--config-file"}, compiled_in},
        {{"pgpool", "--dont-detach", "-f", "/x"}, "/x"},
        {{"pgpool", "-f"}, ""},
        {{"pgpool", "-"}, compiled_in},
    };
    for (const auto& row : rows) {
        INFO(Catch::StringMaker<std::vector<std::string>>::convert(row.arguments));
        const auto config = config_of_main(row.arguments);
        REQUIRE(config);
        CHECK(config->native() == row.config);
    }
}

TEST_CASE("a child and a command of pgpool are no main process") {
    for (const auto& arguments : std::vector<std::vector<std::string>>{{},
                                                                       {""},
                                                                       {"pgpool: "},
                                                                       {"pgpool: worker process"},
                                                                       {"pgpool: PCP: processing node info request"},
                                                                       {"pgpool", "stop"},
                                                                       {"pgpool", "-f", "/x", "-m", "fast", "stop"},
                                                                       {"pgpool", "reload", "-f", "/x"},
                                                                       {"pgpool", ""}}) {
        INFO(Catch::StringMaker<std::vector<std::string>>::convert(arguments));
        CHECK_FALSE(config_of_main(arguments).has_value());
    }
}

TEST_CASE("a title is that of a child") {
    CHECK(title_of(child(101, "pgpool: worker process")) == "pgpool: worker process");
    CHECK(title_of(main_process()).empty());
    CHECK(title_of({}).empty());
}

TEST_CASE("a child serves clients if its title does not say something else") {
    CHECK(serves_clients(child(101, "pgpool: wait for connection request")));
    CHECK(serves_clients(child(101, "pgpool: app app 10.0.0.9(40000) idle")));
    CHECK_FALSE(serves_clients(child(101, "pgpool: worker process")));
    CHECK_FALSE(serves_clients(child(101, "pgpool: PCP: wait for connection request")));
    CHECK_FALSE(serves_clients(child(101, "pgpool: ")));  // just forked, or a worker of PCP with an idle client
    CHECK_FALSE(serves_clients(main_process()));
}

struct Found {
    pid_t main;  // 0: none
    Pids members;
    Pids orphans;
};
const Pids children{101, 102, 103};
const Found whole{100, children, {}};
const Found all_orphans{0, {}, children};
const Found none{};

struct FamilyRow {
    const char* what;
    Found found;
    std::function<void(Snapshot&)> change;  // of a pgpool that runs
};

void check(const std::vector<FamilyRow>& rows) {
    for (const auto& row : rows) {
        INFO(row.what);
        auto seen = pgpool_runs();
        row.change(seen);
        const auto tree = find_process_tree(seen, instance);
        CHECK((tree.main ? tree.main->stat.id.pid : 0) == row.found.main);
        CHECK(pids(tree.children) == row.found.members);
        CHECK(pids(tree.orphans) == row.found.orphans);
    }
}

TEST_CASE("main is the process with our configuration file and its members are what it has forked") {
    check({
        {"as it should be", whole, [](auto&) {}},
        {"the pid file is lost", whole, lose_pid_file},
        {"the pid file is empty", whole, [](auto& s) { s.pid_file = std::optional(PidFile{0}); }},
        {"the pid file cannot be read", whole, [](auto& s) { s.pid_file = Error{"unreadable"}; }},
        {"the pid file names a stranger", whole,
         [](auto& s) {
             s.pid_file = std::optional(PidFile{500});
             s.others.push_back(stat(500, 1, 500, "sleep"));
         }},
        {"the pid file names a child", whole, [](auto& s) { s.pid_file = std::optional(PidFile{101}); }},
        {"the configuration cannot be read", whole, [](auto& s) { s.configured = Error{"syntax"}; }},
        {"the path is written in another way", whole,
         [](auto& s) { process(s, 100).arguments[3] = "/etc/x/..//./pgpool.conf"; }},
        {"root runs it", whole, [](auto& s) { process(s, 100).owner = 0; }},
        {"the account is not known here", whole, [](auto& s) { s.user = Error{"no such user"}; }},
        {"a child has not yet written its title", whole,
         [](auto& s) { process(s, 102).arguments = process(s, 100).arguments; }},
        {"no child has written its title and nothing else tells which is main", whole,
         [](auto& s) {
             lose_pid_file(s);
             for (const auto pid : children) process(s, pid).arguments = process(s, 100).arguments;
             s.record = record();
         }},
        {"a PCP worker has lost its parent",
         {100, {101, 102, 103, 104}, {}},
         [](auto& s) {
             auto worker = child(104, "pgpool: PCP: processing node info request");
             worker.stat.parent = 1;
             processes(s).push_back(worker);
         }},
        {"a grandchild in a session of its own",
         {100, {101, 102, 103, 104}, {}},
         [](auto& s) {
             auto grandchild = child(104, "pgpool: heartbeat sender", 101);
             processes(s).push_back(grandchild);
         }},
        {"a process that shares its memory alone",
         {100, {101, 102, 103, 104}, {}},
         [](auto& s) {
             auto sharing = child(104, "pgpool: worker process", 1);
             sharing.shared_memory = shared_memory;
             processes(s).push_back(sharing);
         }},
        {"a relative path that the pid file vouches for", whole,
         [](auto& s) { process(s, 100).arguments[3] = "pgpool.conf"; }},
        {"on record with a configuration that the resource no longer names", whole,
         [](auto& s) {
             s.record = record();
             process(s, 100).arguments[3] = "/etc/former.conf";
         }},
        {"an action of pgpool's own program runs besides", whole,
         [](auto& s) {
             auto stopping = main_process(300);
             stopping.arguments = {"pgpool", "-f", "/etc/pgpool.conf", "stop"};
             processes(s).push_back(stopping);
         }},
        {"pids that were given again close a circle of parents", whole,
         [](auto& s) {
             s.others = {stat(600, 601, 600, "sh"), stat(601, 600, 601, "sh")};
             processes(s).push_back(child(104, "pgpool: x", 600));
         }},
    });
}

TEST_CASE("a pgpool with another configuration is never ours") {
    check({
        {"besides ours", whole, add_another_instance},
        {"alone", none,
         [](auto& s) {
             s = nothing_runs();
             add_another_instance(s);
         }},
        {"named by our pid file", none,
         [](auto& s) {
             s = nothing_runs();
             add_another_instance(s);
             s.pid_file = std::optional(PidFile{200});
         }},
        {"with the sockets that should be ours", none,
         [](auto& s) {
             s = nothing_runs();
             add_another_instance(s);
             s.tcp_listeners = std::vector{TcpListener{"127.0.0.1", 9999, 21}};
         }},
        {"with a pid that is on record and was given again", none,
         [](auto& s) {
             s = nothing_runs();
             add_another_instance(s);
             s.record = record();
             s.record->started.main = {200, 1};
         }},
        {"with a relative path and no pid file that vouches for it", none,
         [](auto& s) {
             lose_pid_file(s);
             process(s, 100).arguments[3] = "pgpool.conf";
         }},
        {"with a relative path of another name", none, [](auto& s) { process(s, 100).arguments[3] = "other.conf"; }},
        {"with our configuration and another user", none,
         [](auto& s) {
             for (auto& p : processes(s)) p.owner = 1000;
         }},
        {"left over from another one that is dead", whole,
         [](auto& s) {
             add_another_instance(s);
             end_main(s, 200);
         }},
    });
}

TEST_CASE("a pgpool with another configuration is never ours though it is near to ours") {
    check({
        {"left over from another one that is dead and had our port at another address", none,
         [](auto& s) {
             s = nothing_runs();
             add_another_instance(s);
             end_main(s, 200);
             s.tcp_listeners = std::vector{TcpListener{"127.0.0.2", 9999, 21}};
         }},
        {"started by a command of ours", whole,
         [](auto& s) {
             s.others.push_back(stat(110, 100, 100, "sh"));
             add_another_instance(s);
             process(s, 200).stat.parent = 110;
         }},
        {"started by ours itself", whole,
         [](auto& s) {
             add_another_instance(s);
             process(s, 200).stat.parent = 100;
         }},
    });
}

TEST_CASE("an orphan is known by the session of its dead main or by a socket or memory of ours") {
    check({
        {"all of it", all_orphans, [](auto& s) { end_main(s); }},
        {"the session in the pid file alone", all_orphans,
         [](auto& s) {
             end_main(s);
             take_sockets(s);
             take_shared_memory(s);
         }},
        {"the session on record alone", all_orphans,
         [](auto& s) {
             end_main(s);
             take_sockets(s);
             take_shared_memory(s);
             lose_pid_file(s);
             s.record = record();
             s.configured = Error{"syntax"};
         }},
        {"the memory on record alone", all_orphans,
         [](auto& s) {
             end_main(s);
             take_sockets(s);
             lose_pid_file(s);
             s.record = record();
             s.record->started.main = {99, 1};
         }},
        {"the sockets alone", all_orphans,
         [](auto& s) {
             end_main(s);
             take_shared_memory(s);
             lose_pid_file(s);
         }},
        {"the UNIX socket of PCP alone",
         {0, {}, {103}},
         [](auto& s) {
             end_main(s);
             take_shared_memory(s);
             lose_pid_file(s);
             for (auto& p : processes(s)) p.sockets.clear();
             process(s, 103).sockets = {4};
         }},
        {"sockets where the record says that they are", all_orphans,
         [](auto& s) {
             end_main(s);
             take_shared_memory(s);
             lose_pid_file(s);
             s.record = record();
             s.record->started.main = {99, 1};
             std::get<Endpoints>(s.configured).port = 7000;
             std::get<Endpoints>(s.configured).pcp_port = 7001;
         }},
        {"memory shared with one that has a socket and with a third one", all_orphans,
         [](auto& s) {
             end_main(s);
             lose_pid_file(s);
             for (auto& p : processes(s)) p.sockets.clear();
             process(s, 101).sockets = {1};
             process(s, 101).shared_memory = {7};
             process(s, 102).shared_memory = {7, 9};
             process(s, 103).shared_memory = {9};
         }},
        {"no evidence at all", none,
         [](auto& s) {
             end_main(s);
             take_sockets(s);
             take_shared_memory(s);
             lose_pid_file(s);
         }},
        {"a session whose number a stranger has", none,
         [](auto& s) {
             end_main(s);
             take_sockets(s);
             take_shared_memory(s);
             s.others.push_back(stat(100, 1, 100, "sleep"));
         }},
        {"of an earlier pgpool of ours besides the living one",
         {100, children, {50}},
         [](auto& s) {
             auto former = child(50, "pgpool: worker process", 49);
             former.stat.parent = 1;
             former.sockets = {5};
             processes(s).push_back(former);
             tcp_listeners(s).push_back({"127.0.0.1", 9898, 5});
         }},
        {"what a dead main has left with main's own arguments",
         {0, {}, {101, 102, 103, 104}},
         [](auto& s) {
             end_main(s);
             processes(s).push_back(main_process(104));
             process(s, 104).stat.session = 100;
         }},
    });
}

TEST_CASE("of two main processes with our configuration one is main and the other is an orphan with its children") {
    const auto add_rival = [](Snapshot& seen) {
        processes(seen).push_back(main_process(300));
        processes(seen).push_back(child(301, "pgpool: worker process", 300));
    };
    check({
        {"the one in the pid file",
         {300, {301}, {100, 101, 102, 103}},
         [&](auto& s) {
             add_rival(s);
             s.pid_file = std::optional(PidFile{300});
         }},
        {"the one on record rather than the one in the pid file",
         {100, children, {300, 301}},
         [&](auto& s) {
             add_rival(s);
             s.pid_file = std::optional(PidFile{300});
             s.record = record();
         }},
        {"the one with children",
         {100, children, {300}},
         [&](auto& s) {
             lose_pid_file(s);
             processes(s).insert(processes(s).begin(), main_process(300));
         }},
    });
}

TEST_CASE("a process that is no pgpool is ours if main started it or if it holds a port of a dead main") {
    struct Row {
        const char* what;
        Pids commands;
        std::function<void(Snapshot&)> change;  // of a pgpool that runs
    };
    const auto hold_port = [](Snapshot& seen, pid_t pid) {
        seen.port_holders.push_back({9999, "127.0.0.1", pid, "sh"});
    };
    const std::vector<Row> rows{
        {"no such process", {}, [](auto&) {}},
        {"a command of main and what it has started",
         {110, 111},
         [](auto& s) {
             s.others = {stat(110, 100, 100, "sh"), stat(111, 110, 100, "ssh"), stat(500, 1, 500, "sleep")};
         }},
        {"a command of a child", {110}, [](auto& s) { s.others = {stat(110, 101, 100, "sh")}; }},
        {"one that has left main's tree", {}, [](auto& s) { s.others = {stat(110, 1, 110, "sh")}; }},
        {"a command of a dead main without a port",
         {},
         [](auto& s) {
             end_main(s);
             s.others = {stat(110, 1, 100, "sh")};
         }},
        {"a command of a dead main that has inherited its port",
         {110},
         [&](auto& s) {
             end_main(s);
             s.others = {stat(110, 1, 100, "sh")};
             hold_port(s, 110);
         }},
        {"a stranger that has the port of a dead main",
         {},
         [&](auto& s) {
             end_main(s);
             s.others = {stat(500, 1, 500, "nginx")};
             hold_port(s, 500);
         }},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto seen = pgpool_runs();
        row.change(seen);
        Pids commands;
        for (const auto& command : find_process_tree(seen, instance).commands) commands.push_back(command.id.pid);
        CHECK(commands == row.commands);
    }
}

TEST_CASE("what works for PostgreSQL is not ended with pgpool") {
    struct Row {
        const char* what;
        Pids commands;
        Pids spared;
        std::function<void(Snapshot&)> change;  // of a pgpool that runs
    };
    const std::vector<Row> rows{
        {"a server that pg_ctl has started, and its processes",
         {110, 111},
         {112, 113},
         [](auto& s) {
             s.others = {stat(110, 100, 100, "sh"), stat(111, 110, 100, "pg_ctl"), stat(112, 111, 112, "postgres"),
                         stat(113, 112, 113, "postgres")};
         }},
        {"a program in a session of its own, whatever it is",
         {110},
         {111},
         [](auto& s) {
             s.others = {stat(110, 100, 100, "sh"), stat(111, 110, 111, "rsync")};
         }},
        {"a rebuild in the session of main",
         {110},
         {111, 112},
         [](auto& s) {
             s.others = {stat(110, 100, 100, "sh"), stat(111, 110, 100, "pg_rewind"),
                         stat(112, 110, 100, "pg_basebackup")};
         }},
        {"the command is the rebuild itself",
         {},
         {110},
         [](auto& s) { s.others = {stat(110, 100, 100, "pg_rewind")}; }},
        {"follow_primary_command, which runs in the session of a child",
         {110},
         {111},
         [](auto& s) {
             auto follow = child(104);
             follow.arguments = main_process().arguments;
             follow.stat.session = 104;
             processes(s).push_back(follow);
             s.others = {stat(110, 104, 104, "sh"), stat(111, 110, 104, "pg_rewind")};
         }},
        {"a rebuild that has outlived main and holds its port",
         {},
         {110},
         [](auto& s) {
             end_main(s);
             s.others = {stat(110, 1, 100, "pg_rewind")};
             s.port_holders.push_back({9999, "127.0.0.1", 110, "pg_rewind"});
         }},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto seen = pgpool_runs();
        row.change(seen);
        const auto tree = find_process_tree(seen, instance);
        const auto pids_of = [](const std::vector<ProcessStat>& stats) {
            Pids found;
            for (const auto& each : stats) found.push_back(each.id.pid);
            return found;
        };
        CHECK(pids_of(tree.commands) == row.commands);
        CHECK(pids_of(tree.spared) == row.spared);
    }
}

TEST_CASE("what is spared is nothing that a stop waits for") {
    ProcessTree tree;
    tree.spared = {stat(110, 1, 110, "postgres")};
    CHECK(tree.empty());
}

TEST_CASE("what was not asked or could not be read gives no tree") {
    auto seen = pgpool_runs();
    seen.processes = Error{"cannot list '/proc'"};
    CHECK(find_process_tree(seen, instance).empty());
    CHECK(find_process_tree({}, instance).empty());
}

TEST_CASE("the endpoints are those that main was started with") {
    auto seen = pgpool_runs();
    const auto port = [](const Snapshot& s) {
        const auto* at = endpoints_of(s, find_process_tree(s, instance));
        return at == nullptr ? 0 : at->port;
    };
    CHECK(port(seen) == 9999);
    seen.record = record();
    seen.record->started.endpoints.port = 7000;
    CHECK(port(seen) == 7000);
    seen.record->started.main.start_time += 1;  // of an earlier main
    CHECK(port(seen) == 9999);
    end_main(seen);
    CHECK(port(seen) == 7000);
    seen.record.reset();
    CHECK(port(seen) == 9999);
    seen.configured = Error{"syntax"};
    CHECK(port(seen) == 0);
}

TEST_CASE("a client reaches pgpool where its main listens, whatever is configured") {
    const auto address = [](const Snapshot& seen) -> std::string {
        const auto found = client_address(seen, find_process_tree(seen, instance));
        if (!found) return "nowhere";
        if (const auto* listener = std::get_if<TcpListener>(&*found)) return listener->address;
        return std::get<std::filesystem::path>(*found);
    };
    auto seen = pgpool_runs();
    CHECK(address(seen) == "/run/pg/.s.PGSQL.9999");
    SECTION("on a socket in another directory") {
        auto endpoints = usual_endpoints;
        endpoints.socket_directories = {"/run/other"};
        seen.configured = endpoints;
        CHECK(address(seen) == "127.0.0.1");
    }
    SECTION("on a socket in one of two directories, of which its version uses one") {
        auto endpoints = usual_endpoints;
        endpoints.socket_directories = {"/run/other", "/run/pg"};
        seen.configured = endpoints;
        CHECK(address(seen) == "/run/pg/.s.PGSQL.9999");
    }
    SECTION("on no socket") {
        seen.unix_listeners = std::vector<UnixListener>();
        CHECK(address(seen) == "127.0.0.1");
        seen.tcp_listeners = std::vector{TcpListener{"127.0.0.1", 9898, 2}};
        CHECK(address(seen) == "nowhere");
    }
    SECTION("on none of its own") {
        process(seen, main_pid).sockets.clear();
        CHECK(address(seen) == "nowhere");
    }
    SECTION("main is dead") {
        end_main(seen);
        CHECK(address(seen) == "nowhere");
    }
}

TEST_CASE("PCP is asked where this pgpool listens and nowhere else") {
    auto seen = pgpool_runs();
    const auto asked_at = [&] {
        const auto address = pcp_address(seen, find_process_tree(seen, instance));
        return address ? address->host + " " + std::to_string(address->port) : address.error().message;
    };
    auto& unix = std::get<std::vector<UnixListener>>(seen.unix_listeners);
    auto& at = std::get<Endpoints>(seen.configured);
    at.pcp_socket_directories = {"/run/other", "/run/pg"};
    add_another_instance(seen);
    unix.push_back({"/run/other/.s.PGSQL.9898", 22});
    CHECK(asked_at() == "/run/pg 9898");

    unix[1].has_file = false;
    CHECK(asked_at() == "127.0.0.1 9898");
    tcp_listeners(seen)[1].address = "0.0.0.0";
    CHECK(asked_at() == "127.0.0.1 9898");
    tcp_listeners(seen)[1].address = "::";
    CHECK(asked_at() == "::1 9898");
    tcp_listeners(seen).pop_back();
    CHECK(asked_at() == "cannot ask pgpool 100 by PCP: '/run/other/.s.PGSQL.9898' is the socket of pgpool 200");
    unix.pop_back();
    CHECK(asked_at() == "cannot ask pgpool 100 by PCP: it does not listen on pcp_port 9898");
}

}  // namespace

}  // namespace ra
