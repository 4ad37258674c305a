// Fault matrix: what the agent is not shown of processes.

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"

namespace ra::test {

namespace {

using enum ExitCode;

const Words without_ptrace{"setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace", "--"};

// As in a container without that capability: of processes of other users the executable and the sockets are hidden.
struct NoPtrace : State {
    NoPtrace() { pgpool.runner = without_ptrace; }
};

struct NoPtraceLater : Healthy {
    NoPtraceLater() { pgpool.runner = without_ptrace; }
};

// And of these processes nothing is shown at all.
template <typename Before>
struct HiddenProcesses : Before {
    HiddenProcesses() {
        mounts.inside("mount -t proc -o hidepid=2,gid=65534 proc /proc");
        this->pgpool.runner = mounts.runner(without_ptrace);
        this->pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "3000";
    }
    OwnMounts mounts;
};

template <typename Before>
struct NoProc : Before {
    NoProc() {
        mounts.inside("mount -t tmpfs tmpfs /proc");
        this->pgpool.runner = mounts.runner({});
        this->pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "3000";
    }
    OwnMounts mounts;
};

std::vector<Cell> for_unseen(const std::string& reason,
                             const Cell& stop = {"stop", {generic_error}, "cannot tell whether pgpool still runs"}) {
    return {
        {"monitor 0", {generic_error}, reason},
        {"monitor 10", {generic_error}, reason},
        {"probe", {generic_error}, reason},
        {"promote", {generic_error}, reason},
        {"explain", {success}},
        {"start", {generic_error, no_permission}, reason},
        stop,
    };
}

}  // namespace

TEST_CASE("fault matrix: processes cannot be seen") {
    play("processes cannot be seen",
         {{"no CAP_SYS_PTRACE for a stopped one",
           put_up<NoPtrace>,
           {
               {"monitor 0", {not_running}},
               {"start", {no_permission}, "CAP_SYS_PTRACE"},
               {"stop", {success}},
           }},
          {"no CAP_SYS_PTRACE for one that runs", put_up<NoPtraceLater>,
           for_unseen("CAP_SYS_PTRACE", {"stop", {success}, "", "the record tells which processes are pgpool's"})},
          {"hidepid for a stopped one", put_up<HiddenProcesses<State>>, for_unseen("CAP_SYS_PTRACE")},
          {"hidepid for one that runs", put_up<HiddenProcesses<Healthy>>, for_unseen("CAP_SYS_PTRACE")},
          {"no /proc for a stopped one", put_up<NoProc<State>>, for_unseen("/proc")},
          {"no /proc for one that runs", put_up<NoProc<Healthy>>, for_unseen("/proc")}});
}

}  // namespace ra::test
