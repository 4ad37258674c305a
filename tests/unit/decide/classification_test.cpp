#include "decide/classification.h"

#include <functional>

#include "decide/monitor.h"
#include "facts/address.h"
#include "ocf/defaults.h"
#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra {

namespace {

using namespace scene;

TEST_CASE("the condition of pgpool and the sentence that says why") {
    struct Row {
        Condition condition;
        std::string because;
        std::function<void(Snapshot&)> change;  // of a pgpool that runs
    };
    const auto clear = [](Snapshot& seen) { seen = nothing_runs(); };
    const auto close = [](Snapshot& seen, std::uint16_t port) {
        std::erase_if(tcp_listeners(seen), [port](const auto& listener) { return listener.port == port; });
    };
    const std::vector<Row> rows{
        {Condition::clean, "no process of this pgpool runs", clear},
        {Condition::running, "pgpool 100 runs", [](auto&) {}},
        {Condition::dirty, "pgpool's main process 100 is stopped (SIGSTOP)",
         [](auto& s) { process(s, 100).stat.state = 'T'; }},
        {Condition::dirty, "pgpool's main process 100 has no child process", [](auto& s) { processes(s).resize(1); }},
        // the main process is dead
        {Condition::dirty, "pgpool's main process is dead and has left 3 processes behind",
         [](auto& s) { end_main(s); }},
        {Condition::dirty, "pgpool's main process is dead and has left 1 process behind",
         [](auto& s) {
             end_main(s);
             processes(s).resize(1);
         }},
        {Condition::dirty, "pgpool's main process is dead and has left 4 processes behind",
         [](auto& s) {
             end_main(s);
             s.others = {stat(110, 1, 100, "sh")};
             s.port_holders = {{9999, "127.0.0.1", 110, "sh"}};
         }},
        // the port
        {Condition::dirty, "pgpool 100 does not listen on port 9999: nobody has it", [&](auto& s) { close(s, 9999); }},
        {Condition::dirty, "pgpool 100 does not listen on port 9999: process 500 (nginx) has it",
         [&](auto& s) {
             close(s, 9999);
             add_stranger_on_port(s);
         }},
        {Condition::dirty,
         "pgpool 100 does not listen on port 9999: an unknown process (another network or process namespace?) has it",
         [&](auto& s) {
             close(s, 9999);
             add_stranger_on_port(s, "127.0.0.1", 0);
         }},
        {Condition::dirty, "pgpool 100 does not listen on port 9999: process 50 has it, left over from a dead pgpool",
         [&](auto& s) {
             close(s, 9999);
             auto former = child(50, "pgpool: worker process", 49);
             former.stat.parent = 1;
             former.sockets = {5};
             processes(s).push_back(former);
             tcp_listeners(s).push_back({"127.0.0.1", 9999, 5});
         }},
        {Condition::running, "pgpool 100 runs", [&](auto& s) { close(s, 9898); }},  // PCP opens late in a start
        {Condition::dirty, "pgpool 100 does not listen on pcp_port 9898: process 500 (nginx) has it",
         [&](auto& s) {
             close(s, 9898);
             tcp_listeners(s).push_back({"127.0.0.1", 9898, 90});
             s.port_holders.push_back({9898, "127.0.0.1", 500, "nginx"});
         }},
        {Condition::running, "pgpool 100 runs", [](auto& s) { add_stranger_on_port(s, "192.168.1.1"); }},
        // without TCP
        {Condition::running, "pgpool 100 runs",
         [](auto& s) {
             std::get<Endpoints>(s.configured).listen_addresses.clear();
             s.tcp_listeners = std::vector<TcpListener>();
         }},
        {Condition::dirty, "pgpool 100 does not listen on its UNIX socket for port 9999",
         [](auto& s) {
             std::get<Endpoints>(s.configured).listen_addresses.clear();
             take_sockets(s);
         }},
        {Condition::dirty, "pgpool 100 does not listen on its UNIX socket for port 9999",
         [](auto& s) {
             std::get<Endpoints>(s.configured).listen_addresses.clear();
             process(s, 100).sockets.clear();
         }},
        // somebody else
        {Condition::foreign, "port 9999 is taken by process 500 (nginx)",
         [&](auto& s) {
             clear(s);
             add_stranger_on_port(s);
         }},
        {Condition::foreign, "port 9999 is taken by an unknown process (another network or process namespace?)",
         [&](auto& s) {
             clear(s);
             add_stranger_on_port(s, "::", 0);
         }},
        {Condition::clean, "no process of this pgpool runs",
         [&](auto& s) {
             clear(s);
             add_stranger_on_port(s, "192.168.1.1");
         }},
        {Condition::clean, "no process of this pgpool runs",
         [&](auto& s) {
             clear(s);
             add_another_instance(s);
         }},
        // the same port of another address is no matter
        {Condition::running, "pgpool 100 runs",
         [&](auto& s) {
             close(s, 9898);
             std::get<Endpoints>(s.configured).pcp_listen_addresses.clear();
             tcp_listeners(s).push_back({"127.0.0.9", 9898, 90});
             s.port_holders.push_back({9898, "127.0.0.9", 500, "nginx"});
         }},
        {Condition::dirty, "pgpool 100 does not listen on port 9999: another pgpool, process 200, has it",
         [&](auto& s) {
             close(s, 9999);
             add_another_instance(s);
             tcp_listeners(s).push_back({"127.0.0.1", 9999, 21});
         }},
        {Condition::clean, "no process of this pgpool runs",
         [&](auto& s) {
             clear(s);
             std::get<Endpoints>(s.configured).listen_addresses = {"127.0.0.1"};
             tcp_listeners(s).push_back({"::", 9999, 90, true});
             s.port_holders.push_back({9999, "::", 500, "nginx", true});
         }},
        // UNIX sockets have owners too
        {Condition::foreign, "'/run/pg/.s.PGSQL.9999' is the socket of process 500 (postgres)",
         [&](auto& s) {
             clear(s);
             s.socket_holders = {{"/run/pg/.s.PGSQL.9999", 500, "postgres"}};
         }},
        {Condition::foreign, "'/run/pg/.s.PGSQL.9898' is the socket of process 200 (pgpool)",
         [&](auto& s) {
             clear(s);
             add_another_instance(s);
             s.unix_listeners = std::vector{UnixListener{"/run/pg/.s.PGSQL.9898", 22}};
         }},
        {Condition::clean, "no process of this pgpool runs",
         [&](auto& s) {
             clear(s);
             add_another_instance(s);
             s.unix_listeners = std::vector{UnixListener{"/run/pg/.s.PGSQL.9898", 22, false}};
         }},
        {Condition::dirty, "pgpool 100 has lost its socket '/run/pg/.s.PGSQL.9999': it was removed or replaced",
         [](auto& s) {
             std::get<Endpoints>(s.configured).listen_addresses.clear();
             s.tcp_listeners = std::vector<TcpListener>();
             std::get<std::vector<UnixListener>>(s.unix_listeners).front().has_file = false;
         }},
        {Condition::running, "pgpool 100 runs",
         [](auto& s) { std::get<std::vector<UnixListener>>(s.unix_listeners).front().has_file = false; }},
        // what may be ours and cannot be told
        {Condition::unknown, "pgpool 100 runs with this configuration, but as uid 1001 (expected user postgres)",
         [](auto& s) {
             for (auto& process : processes(s)) process.owner = 1001;
         }},
        {Condition::unknown, "pgpool 100 runs with this configuration, but in another mount namespace (PrivateTmp=?)",
         [&](auto& s) {
             s.elsewhere = processes(s);
             for (auto& process : s.elsewhere) process.has_our_mounts = false;
             processes(s).clear();
         }},
        {Condition::clean, "no process of this pgpool runs",
         [&](auto& s) {
             clear(s);
             s.elsewhere = {main_process(200, "/etc/other.conf"), child(201, "pgpool: worker process", 200)};
             for (auto& process : s.elsewhere) process.has_our_mounts = false;
         }},
        {Condition::unknown, "pgpool 100 cannot be looked at: the agent lacks the capability CAP_SYS_PTRACE",
         [](auto& s) {
             take_sockets(s);
             for (auto& process : processes(s)) process.is_readable = false;
         }},
        {Condition::unknown, "pgpool 50 cannot be looked at: the agent lacks the capability CAP_SYS_PTRACE",
         [&](auto& s) {
             clear(s);
             processes(s).push_back(child(50, "pgpool: worker process", 1));
             processes(s).back().is_readable = false;
         }},
        {Condition::dirty, "the sockets of pgpool 100 cannot be read: the agent lacks CAP_SYS_PTRACE",
         [](auto& s) {
             s.record = record();
             take_sockets(s);
             for (auto& process : processes(s)) process.is_readable = false;
         }},
        // what counts is how main was started
        {Condition::running, "pgpool 100 runs",
         [](auto& s) {
             s.record = record();
             std::get<Endpoints>(s.configured).port = 7000;
         }},
        {Condition::running, "pgpool 100 runs", [](auto& s) { s.configured = Error{"syntax"}; }},
        {Condition::running, "pgpool 100 runs",
         [](auto& s) {
             s.record = record();
             s.configured = Error{"syntax"};
         }},
        // what is not known is never no
        {Condition::unknown, "cannot list '/proc'", [](auto& s) { s.processes = Error{"cannot list '/proc'"}; }},
        {Condition::unknown, "cannot read tcp", [](auto& s) { s.tcp_listeners = Error{"cannot read tcp"}; }},
        {Condition::unknown, "cannot read unix", [](auto& s) { s.unix_listeners = Error{"cannot read unix"}; }},
    };
    for (const auto& row : rows) {
        auto seen = pgpool_runs();
        row.change(seen);
        INFO("row " << &row - rows.data() << ": " << row.because);
        const auto now = classify(seen, instance);
        CHECK(now.condition == row.condition);
        CHECK(now.because == row.because);
    }
}

TEST_CASE("a main without -f is ours if it runs our binary, whose default is our configuration") {
    const Instance usual{defaults::config, "/usr/sbin/pgpool", "postgres"};
    auto seen = pgpool_runs();
    process(seen, 100).arguments = {"pgpool"};
    CHECK(classify(seen, usual).because == "pgpool 100 runs");
    CHECK(classify(seen, instance).condition == Condition::foreign);

    process(seen, 100).has_our_binary = false;
    const auto doubtful = classify(seen, usual);
    CHECK(doubtful.condition == Condition::unknown);
    CHECK(doubtful.because == "pgpool 100 has our pid file, but runs another executable and without -f");
    lose_pid_file(seen);
    CHECK(classify(seen, usual).condition == Condition::foreign);
    take_sockets(seen);
    CHECK(classify(seen, usual).condition == Condition::clean);
}

TEST_CASE("a running pgpool that has lost one way in says which") {
    auto seen = pgpool_runs();
    CHECK(classify(seen, instance).lost_socket.empty());
    std::get<std::vector<UnixListener>>(seen.unix_listeners).back().has_file = false;
    CHECK(classify(seen, instance).lost_socket ==
          "pgpool 100 has lost its socket '/run/pg/.s.PGSQL.9898': it was removed or replaced");
}

TEST_CASE("a look that was not complete is no evidence of absence") {
    CHECK(classify({}, instance).condition != Condition::clean);
    auto glimpse = nothing_runs();
    glimpse.complete = false;
    CHECK(classify(glimpse, instance).condition != Condition::clean);
}

TEST_CASE("in every state that can be built the answer has a reason and absence needs evidence") {
    // Each bit is one thing that may be so.
    enum Fact {
        main_lives,
        main_is_stopped,
        has_children,
        has_orphan,
        has_command,
        port_is_ours,
        stranger_has_port,
        config_is_known,
        on_record,
        count
    };
    for (unsigned facts = 0; facts < 1U << count; ++facts) {
        const auto so = [facts](Fact fact) { return (facts & (1U << fact)) != 0; };
        auto seen = nothing_runs();
        if (so(main_lives)) {
            processes(seen).push_back(of_ours(main_process()));
            if (so(main_is_stopped)) process(seen, 100).stat.state = 'T';
        }
        if (so(has_children)) processes(seen).push_back(child(101));
        if (so(has_orphan)) {
            processes(seen).push_back(child(50, "pgpool: worker process", 49));
            processes(seen).back().shared_memory = {7};
        }
        if (so(has_command)) seen.others.push_back(stat(110, 100, 100, "sh"));
        if (so(port_is_ours)) tcp_listeners(seen).push_back({"127.0.0.1", 9999, 1});
        if (so(stranger_has_port)) add_stranger_on_port(seen);
        if (!so(config_is_known)) seen.configured = Error{"syntax"};
        if (so(on_record)) seen.record = record();

        INFO("facts " << facts);
        const auto now = classify(seen, instance);
        const auto told = judge_tree(now);
        CHECK_FALSE(now.because.empty());
        CHECK(now.condition != Condition::unknown);
        if (told.code == ExitCode::not_running) CHECK(now.tree.empty());
        if (told.code == ExitCode::not_running) CHECK_FALSE(so(main_lives));
        if (told.code == ExitCode::success) {
            CHECK(so(main_lives));
            CHECK_FALSE(so(main_is_stopped));
            CHECK_FALSE(now.tree.children.empty());
        }
        if (told.code == ExitCode::generic_error) CHECK(told.reason == now.because);
    }
}

// What is ending gives up its title, its sockets and its shared memory before it is gone.
TEST_CASE("what was known as ours before is left until it is gone") {
    const std::set<ProcessId> known{{100, 1100}, {101, 1101}, {110, 1110}};
    const auto left = [&](const Snapshot& seen) { return classify(seen, instance, known); };

    CHECK(left(nothing_runs()).condition == Condition::clean);
    auto child_ends = nothing_runs();
    processes(child_ends).push_back(child(101, ""));
    CHECK(left(child_ends).because == "pgpool's main process is dead and has left 1 process behind");
    CHECK(classify(child_ends, instance).condition == Condition::clean);
    auto main_ends = nothing_runs();
    main_ends.ending = {stat(100, 1, 100)};
    CHECK(left(main_ends).because == "pgpool's main process is dead and has left 1 process behind");
    auto command_goes_on = nothing_runs();
    command_goes_on.others = {stat(110, 1, 100, "sh"), stat(111, 1, 111, "sh")};
    CHECK(left(command_goes_on).because == "pgpool's main process is dead and has left 1 process behind");
    auto command_works_for_postgresql = nothing_runs();
    command_works_for_postgresql.others = {stat(110, 1, 100, "pg_rewind")};
    CHECK(left(command_works_for_postgresql).condition == Condition::clean);
    auto pid_is_anothers = nothing_runs();
    pid_is_anothers.others = {stat(101, 1, 101, "sh")};
    pid_is_anothers.others.front().id.start_time = 9999;
    CHECK(left(pid_is_anothers).condition == Condition::clean);
}

TEST_CASE("what was known as a command and works for PostgreSQL by now is none of ours") {
    auto seen = pgpool_runs();
    seen.others = {stat(110, 100, 110, "postgres")};
    const auto now = classify(seen, instance, {{110, 1110}});
    CHECK(now.tree.spared.size() == 1);
    CHECK(now.tree.commands.empty());
}

}  // namespace

}  // namespace ra
