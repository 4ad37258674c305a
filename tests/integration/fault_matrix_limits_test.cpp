// Fault matrix: what the agent itself is refused.

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

using enum ExitCode;

// Every attempt of the agent to make a process or a thread fails.
const Words without_fork{"strace", "-qq",
                         "-o",     "/dev/null",
                         "-e",     "trace=clone,clone3,fork,vfork",
                         "-e",     "inject=clone,clone3,fork,vfork:error=EAGAIN",
                         "--"};

// The agent is run in another way: for a stopped pgpool, for one that serves already, and for what is left of one.
template <const Words& Runner>
struct RunBy : State {
    RunBy() { pgpool.runner = Runner; }
};

template <const Words& Runner>
struct RunByLater : Healthy {
    RunByLater() { pgpool.runner = Runner; }
};

template <const Words& Runner>
struct RunByWithOrphans : Healthy {
    RunByWithOrphans() {
        kill_at_once(pgpool.main());
        pgpool.runner = Runner;
    }
};

// pgpool's user has as many processes as it may have.
struct NoProcessForUser : State {
    NoProcessForUser() { pgpool.runner = {"prlimit", "--nproc=1:1"}; }
};

}  // namespace

TEST_CASE("fault matrix: no process, no memory") {
    play("no process, no memory",
         {{"no process for a stopped one",
           put_up<RunBy<without_fork>>,
           {
               {"monitor 0", {not_running}},
               {"probe", {not_running}},
               {"promote", {not_running}},
               {"validate-all 10", {generic_error}, "Resource temporarily unavailable"},
               {"explain", {success}},
               {"start", {generic_error}, "Resource temporarily unavailable"},
               {"stop", {success}},
           }},
          {"no process for one that runs",
           put_up<RunByLater<without_fork>>,
           {
               {"monitor 0", {success}},
               {"monitor 10", {degraded}, "cannot start", "it serves, and that is all that is known"},
               {"monitor 20", {degraded}, "cannot start"},
               {"probe", {success}},
               {"promote", {success}, "", "it serves, and each monitor tries again"},
               {"demote", {success}},
               {"explain", {success}},
               {"start",
                {generic_error},
                "Resource temporarily unavailable",
                "a start that cannot look up pgpool's user is refused, whatever runs"},
               {"stop", {success}},
           }},
          {"no process beside orphans",
           put_up<RunByWithOrphans<without_fork>>,
           {
               {"monitor 0", {generic_error}, "main process is dead and has left"},
               {"start", {generic_error}, "Resource temporarily unavailable", "the orphans are gone all the same"},
               {"stop", {success}},
           }},
          {"no process for pgpool's user",
           put_up<NoProcessForUser>,
           {
               {"monitor 0", {not_running}},
               {"start", {generic_error}, "Resource temporarily unavailable"},
               {"stop", {success}},
           }}});
}

namespace {

// The number of files that the agent may have open, with the three that it has from the beginning: what these tests
// have inherited would count too.
Words with_files(int count) {
    return {"sh", "-c",      "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$@\"",
            "sh", "prlimit", "--nofile=" + std::to_string(count)};
}

template <int Count>
struct FewFiles : State {
    FewFiles() { pgpool.runner = with_files(Count); }
};

template <int Count>
struct FewFilesLater : Healthy {
    FewFilesLater() { pgpool.runner = with_files(Count); }
};

// Its caller has closed stdin, stdout and stderr: there is nobody to tell a reason to.
const Words without_stdio{"sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"};

// Its caller ignores SIGCHLD, and so would the agent: the kernel then keeps the ending of no child.
const Words ignoring_children{"env", "--ignore-signal=CHLD"};

}  // namespace

TEST_CASE("fault matrix: endings of children ignored") {
    play("endings of children ignored", {{"a stopped one",
                                          put_up<RunBy<ignoring_children>>,
                                          {
                                              {"monitor 0", {not_running}},
                                              {"start", {success}},
                                          }},
                                         {"one that runs",
                                          put_up<RunByLater<ignoring_children>>,
                                          {
                                              {"monitor 10", {success}},
                                              {"monitor 20", {success}},
                                              {"stop", {success}},
                                          }}});
}

TEST_CASE("fault matrix: no files") {
    play("no files", {{"4 files for a stopped one",
                       put_up<FewFiles<4>>,
                       {
                           {"monitor 0", {not_running}},
                           {"start", {generic_error}, "Too many open files"},
                           {"stop", {generic_error}, "Too many open files", "it cannot be told"},
                       }},
                      {"8 files for a stopped one",
                       put_up<FewFiles<8>>,
                       {
                           {"monitor 0", {not_running}},
                           {"start", {generic_error}, "Too many open files"},
                           {"stop", {success}},
                       }},
                      {"5 files for one that runs",
                       put_up<FewFilesLater<5>>,
                       {
                           {"monitor 0", {success}},
                           {"monitor 10", {degraded}, "Too many open files"},
                           {"monitor 20", {degraded}, "Too many open files"},
                           {"stop", {generic_error}, "Too many open files", "it cannot be told"},
                       }},
                      {"8 files for one that runs",
                       put_up<FewFilesLater<8>>,
                       {
                           {"monitor 0", {success}},
                           {"monitor 10", {degraded}, "Too many open files"},
                           {"monitor 20", {degraded}, "Too many open files"},
                           {"start", {success}},
                           {"stop", {success}},
                       }},
                      {"no stdio for a stopped one",
                       put_up<RunBy<without_stdio>>,
                       {
                           {"monitor 0", {not_running}},
                           {"start", {success}},
                           {"stop", {success}},
                       }},
                      {"no stdio for one that runs",
                       put_up<RunByLater<without_stdio>>,
                       {
                           {"monitor 0", {success}},
                           {"monitor 10", {success}},
                           {"monitor 20", {success}},
                           {"promote", {success}},
                           {"monitor 10", {running_promoted}},
                           {"demote", {success}},
                           {"start", {success}},
                           {"stop", {success}},
                       }},
                      {"no stdio beside orphans",
                       put_up<RunByWithOrphans<without_stdio>>,
                       {
                           {"monitor 0", {generic_error}},
                           {"start", {success}},
                           {"stop", {success}},
                       }}});
}

}  // namespace ra::test
