#include "decide/stuck_pcp_worker.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra::scene {

namespace {

constexpr pid_t pcp = 103;
constexpr pid_t idle_worker = 104;
constexpr pid_t busy_worker = 105;

// Two clients of PCP: one has said nothing yet, one is served. Of main, the child 102 has ended.
Snapshot main_waits() {
    auto seen = pgpool_runs();
    for (const auto& [pid, title] :
         {std::pair{idle_worker, "pgpool: "}, std::pair{busy_worker, "pgpool: PCP: processing authentication"}}) {
        auto worker = of_ours(child(pid, title));
        worker.stat.parent = pcp;
        processes(seen).push_back(worker);
    }
    std::erase_if(processes(seen), [](const auto& p) { return p.stat.id.pid == 102; });
    seen.dead.push_back(stat(102, main_pid, main_pid));
    return seen;
}

std::vector<pid_t> interrupted(const Snapshot& seen) {
    std::vector<pid_t> pids;
    for (const auto& id : workers_that_block_main(seen, find_process_tree(seen, instance))) pids.push_back(id.pid);
    return pids;
}

}  // namespace

TEST_CASE("the PCP workers of a main that leaves its dead children uncollected are interrupted") {
    CHECK(interrupted(main_waits()) == std::vector{idle_worker, busy_worker});
}

TEST_CASE("no PCP worker is interrupted while main collects its children") {
    auto seen = main_waits();
    seen.dead.clear();
    CHECK(interrupted(seen).empty());
}

TEST_CASE("the dead children of others say nothing of main") {
    auto seen = main_waits();
    seen.dead = {stat(202, 200, 200), stat(106, pcp, main_pid)};
    CHECK(interrupted(seen).empty());
}

TEST_CASE("the PCP process itself, other children and another pgpool's workers are never interrupted") {
    auto seen = main_waits();
    add_another_instance(seen);
    auto stranger = child(203, "pgpool: ", 200);
    stranger.stat.parent = 201;
    stranger.sockets = {21};
    stranger.shared_memory = {8};
    processes(seen).push_back(stranger);
    CHECK(interrupted(seen) == std::vector{idle_worker, busy_worker});
}

TEST_CASE("without a main nothing waits") {
    auto seen = main_waits();
    end_main(seen);
    CHECK(interrupted(seen).empty());
}

}  // namespace ra::scene
