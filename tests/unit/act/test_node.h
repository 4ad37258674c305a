#pragma once

#include <pwd.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "act/operation.h"
#include "tests/support/catch.h"
#include "tests/unit/act/scripted_cluster.h"
#include "tests/unit/fake_proc.h"

namespace ra::test {

using namespace std::chrono_literals;
using namespace std::string_literals;

// A node of a scripted cluster on which actions of the resource "pgpool" run, with a machine on which nothing of pgpool
// runs at first.
//
// What runs on the machine is invented; what stop() does is not. It signals the pids that it sees, removes System V
// objects by the ids that are on record, and dead sockets in the directories of pgpool.conf. So let an action that may
// stop pgpool run only where run_pgpool() was not called. To be safe in any case, the pids here are higher than the
// kernel gives any process, the record names no shared memory, and all directories are the test's own.
class TestNode {
 public:
    explicit TestNode(const Variables& given = {}) : environment(variables(given)) {
        machine.write("etc/pgpool.conf", fmt::format("pid_file_name = '../run/pgpool.pid'\n"
                                                     "unix_socket_directories = '{0}'\n"
                                                     "pcp_socket_dir = '{0}'\n",
                                                     (machine.path() / "run").native()));
        std::filesystem::create_directory(machine.path() / "run");
    }

    // An action of its own, which knows nothing of what an earlier one has read.
    [[nodiscard]] Operation operation(Milliseconds time = 30s) {
        auto [parameters, problems] = parse_parameters(environment);
        const Instance instance{parameters.config, parameters.binary, parameters.user};
        return {environment,
                std::move(parameters),
                std::move(problems),
                Observer(ProcFs(machine.path()), instance, record()),
                PcpAccountFiles(state(), environment.instance()),
                Cluster(environment, cluster.runner()),
                [this](const Operation&, const std::string& action) { return begin(action); },
                time,
                Deadline::in(time)};
    }

    // Main and one child, which listen on pgpool's port.
    void run_pgpool() const {
        machine.write("net/tcp", "  sl  local_address\n0: 0100007F:270F 00000000:0000 0A 0:0 00:0 0 26 0 1 1 0\n");
        machine.write("run/pgpool.pid", std::to_string(main.pid));
        machine.add({.pid = main.pid,
                     .session = main.pid,
                     .start_time = main.start_time,
                     .command_line = "/usr/sbin/pgpool\0-n\0-f\0"s + config().native() + "\0"s,
                     .sockets = {1},
                     .children = fmt::format("{} ", child)});
        machine.add({.pid = child,
                     .parent = main.pid,
                     .session = main.pid,
                     .command_line = "pgpool: wait for connection request\0\0\0"s,
                     .sockets = {1}});
    }

    // What earlier actions have left on record about that pgpool, or about one that was here before.
    void remember(const Memory& memory) const { remember(main, memory); }
    void remember(const ProcessId& about, const Memory& memory) const {
        const Endpoints at{9999, 9898, {"localhost"}, {}, {}, machine.path() / "run/pgpool.pid"};
        REQUIRE(record().write({{about, config(), at, {}}, memory}));
    }

    [[nodiscard]] RecordFile record() const { return {state(), environment.instance()}; }
    // There must be a record for these.
    [[nodiscard]] Memory memory() const { return on_record().memory; }
    [[nodiscard]] Record on_record() const {
        const auto known = record().read();
        REQUIRE(known);
        REQUIRE(*known);
        return **known;
    }

    [[nodiscard]] std::filesystem::path config() const { return machine.path() / "etc/pgpool.conf"; }
    [[nodiscard]] std::filesystem::path state() const { return machine.path() / "state"; }

    const ProcessId main{5000001, 100};  // PID_MAX_LIMIT is 4194304
    const pid_t child = 5000002;

    FakeProc machine;
    ScriptedCluster cluster;
    Environment environment;
    std::vector<std::string> begun;  // the actions that were begun in a process of their own
    bool can_begin = true;

 private:
    // A recurring monitor of a primitive on node "a", asked for by a current Pacemaker.
    [[nodiscard]] Variables variables(const Variables& given) const {
        Variables all{{"PATH", "/usr/bin"},
                      {"OCF_RESOURCE_INSTANCE", "pgpool"},
                      {"OCF_RESKEY_crm_feature_set", "3.16.1"},
                      {"OCF_RESKEY_CRM_meta_interval", "10000"},
                      {"OCF_RESKEY_CRM_meta_on_node", "a"},
                      {"OCF_RESKEY_user", ::getpwuid(::geteuid())->pw_name},
                      {"OCF_RESKEY_config", config().native()}};
        for (const auto& [name, value] : given) all[name] = value;
        return all;
    }

    Status begin(const std::string& action) {
        if (!can_begin) return Error{fmt::format("cannot begin '{}'", action)};
        begun.push_back(action);
        return Done{};
    }
};

inline const Variables promotable_clone{{"OCF_RESOURCE_INSTANCE", "pgpool:0"},
                                        {"OCF_RESKEY_CRM_meta_clone", "0"},
                                        {"OCF_RESKEY_CRM_meta_promotable", "true"}};

[[nodiscard]] inline Variables both(Variables some, const Variables& more) {
    for (const auto& [name, value] : more) some[name] = value;
    return some;
}

}  // namespace ra::test
