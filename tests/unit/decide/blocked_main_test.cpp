#include "decide/blocked_main.h"

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

namespace {

constexpr pid_t check = 106;

// A failover: the check waits for its server, and there is no child for clients.
Snapshot failover_waits() {
    auto seen = pgpool_runs();
    processes(seen).push_back(of_ours(child(check, "pgpool: worker process")));
    std::erase_if(processes(seen), serves_clients);
    return seen;
}

pid_t check_in_the_way_of(const Snapshot& seen) {
    return check_that_may_block_main(find_process_tree(seen, instance)).value_or(ProcessId{}).pid;
}

}  // namespace

TEST_CASE("the streaming replication check may be in the way of a failover that has ended all children for clients") {
    CHECK(check_in_the_way_of(failover_waits()) == check);
    auto stopped = failover_waits();
    process(stopped, check).stat.state = 'T';
    CHECK(check_in_the_way_of(stopped) == check);
    auto has_idle_pcp_client = failover_waits();
    processes(has_idle_pcp_client).push_back(of_ours(child(107, "pgpool: ", pcp)));
    CHECK(check_in_the_way_of(has_idle_pcp_client) == check);
}

TEST_CASE("the streaming replication check is in nobody's way otherwise") {
    auto serves = failover_waits();
    processes(serves).push_back(of_ours(child(107)));
    auto begins = failover_waits();
    processes(begins).push_back(of_ours(child(107, "")));
    auto has_begun = failover_waits();
    processes(has_begun).push_back(of_ours(child(107, "pgpool: ")));
    auto runs_command = failover_waits();
    runs_command.others.push_back(stat(108, main_pid, main_pid, "sh"));
    auto works = failover_waits();
    process(works, check).stat.state = 'R';
    auto has_none = failover_waits();
    std::erase_if(processes(has_none), [](const auto& p) { return p.stat.id.pid == check; });
    auto orphaned = failover_waits();
    end_main(orphaned);
    for (const auto& seen : {serves, begins, has_begun, runs_command, works, has_none, orphaned})
        CHECK(check_in_the_way_of(seen) == 0);
}

TEST_CASE("the streaming replication check of another pgpool is left alone") {
    auto seen = failover_waits();
    std::erase_if(processes(seen), [](const auto& p) { return p.stat.id.pid == check; });
    add_another_instance(seen);
    auto stranger = child(203, "pgpool: worker process", 200);
    stranger.sockets = {21};
    stranger.shared_memory = {8};
    processes(seen).push_back(stranger);
    CHECK(check_in_the_way_of(seen) == 0);
}

}  // namespace ra::scene
