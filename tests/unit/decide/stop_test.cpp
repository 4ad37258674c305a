#include "decide/stop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>
#include <set>

#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra {

namespace {

using namespace scene;
using namespace std::chrono_literals;

const StopTimes times{3s, 5s, 8s, 10s};

std::string name_of(int signal) {
    switch (signal) {
        case SIGINT: return "SIGINT";
        case SIGTERM: return "SIGTERM";
        case SIGQUIT: return "SIGQUIT";
        case SIGKILL: return "SIGKILL";
    }
    return "signal " + std::to_string(signal);
}

std::string in_words(const SendSignals& step) {
    std::vector<pid_t> pids;
    for (const auto& target : step.targets) pids.push_back(target.pid);
    return fmt::format("{} to {}", name_of(step.signal), fmt::join(pids, " "));
}
std::string in_words(const Wait& step) { return fmt::format("wait {} ms", step.at_most.count()); }
std::string in_words(const AllEnded&) { return "all ended"; }
std::string in_words(const GiveUp& step) { return "give up: " + step.because; }

std::string next(const Classification& now, const StopProgress& progress, StopMode mode = StopMode::fast) {
    return std::visit([](const auto& step) { return in_words(step); }, next_stop_step(now, progress, times, mode));
}

Classification dirty(ProcessTree tree) { return {Condition::dirty, "it is so", std::move(tree), {}}; }
Classification running(ProcessTree tree) { return {Condition::running, "it runs", std::move(tree), {}}; }

PgpoolProcess stopped(PgpoolProcess process) {
    process.stat.state = 'T';
    return process;
}

// Main 100, an idle child, a frozen child, the PCP process and two workers of its.
ProcessTree whole() {
    auto worker = child(104, "pgpool: PCP: processing node info request");
    auto fresh_worker = child(105, "pgpool: ");
    worker.stat.parent = fresh_worker.stat.parent = 103;
    return {
        main_process(),
        {child(101), stopped(child(102)), child(103, "pgpool: PCP: wait for connection request"), worker, fresh_worker},
        {},
        {stat(110, 100, 100, "sh")}};
}

ProcessTree orphaned() { return {std::nullopt, {}, {child(101), child(102)}, {stat(110, 1, 100, "sh")}}; }

StopProgress at(Milliseconds elapsed) { return {.elapsed = elapsed, .remaining = 20s - elapsed}; }

TEST_CASE("a stop goes up its ladder as time passes") {
    struct Row {
        const char* what;
        StopProgress progress;
        const char* step;
    };
    const std::vector<Row> rows{
        {"not yet asked", {0ms, 20s}, "SIGINT to 100 102"},
        {"not yet asked though it is late", {6s, 14s}, "SIGINT to 100 102"},
        {"asked, still in time", {1s, 19s, true}, "wait 2000 ms"},
        {"asked, a PCP client may block main", {3s, 17s, true}, "SIGINT to 104 105"},
        {"PCP freed, still in time", {4s, 16s, true, true}, "wait 1000 ms"},
        {"main has not ended its children", {5s, 15s, true, true}, "SIGQUIT to 101 102 103 104 105"},
        {"both are due", {6s, 14s, true}, "SIGINT to 104 105"},
        {"children asked, still in time", {6s, 14s, true, true, true}, "wait 2000 ms"},
        {"main waits for a command", {8s, 12s, true, true, true}, "SIGTERM to 110"},
        {"everything asked, still in time", {9s, 11s, true, true, true, true}, "wait 1000 ms"},
        {"nothing has helped", {10s, 10s, true, true, true, true}, "SIGKILL to 101 102 103 104 105 110 100"},
        {"and nothing was tried", {10s, 10s}, "SIGKILL to 101 102 103 104 105 110 100"},
        {"still there after SIGKILL", {19s, 1s, true, true, true, true}, "SIGKILL to 101 102 103 104 105 110 100"},
        {"the time is over",
         {20s, 0s, true, true, true, true},
         "give up: pgpool did not stop in time; still running after SIGKILL: process 101, 102, 103, 104, 105 and 2 "
         "more"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(next(running(whole()), row.progress) == row.step);
        CHECK(next(dirty(whole()), row.progress) == row.step);
    }
}

TEST_CASE("orphans are ended at once because nobody tells them to end") {
    struct Row {
        const char* what;
        StopProgress progress;
        const char* step;
    };
    const std::vector<Row> rows{
        {"main was dead before", {0ms, 20s}, "SIGQUIT to 101 102"},
        {"main has just died and has told them", {500ms, 19s, true}, "wait 50 ms"},
        {"main has died and they stay", {1s, 19s, true}, "SIGQUIT to 101 102"},
        {"children asked, a command is left", {1s, 19s, false, false, true}, "SIGTERM to 110"},
        {"everything asked", {1s, 19s, false, false, true, true}, "wait 100 ms"},
        {"everything asked and SIGKILL near", {9950ms, 10s, false, false, true, true}, "wait 50 ms"},
        {"nothing has helped", {10s, 10s, false, false, true, true}, "SIGKILL to 101 102 110"},
        {"the time is over",
         {20s, 0s, false, false, true, true},
         "give up: pgpool did not stop in time; still running after SIGKILL: process 101, 102, 110"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(next(dirty(orphaned()), row.progress) == row.step);
    }
    CHECK(next(dirty({std::nullopt, {}, {}, {stat(110, 1, 100, "sh")}}), at(0s)) == "SIGTERM to 110");
}

TEST_CASE("each mode begins with its own signal") {
    CHECK(next(running(whole()), at(0s), StopMode::smart) == "SIGTERM to 100 102");
    CHECK(next(running(whole()), at(0s), StopMode::fast) == "SIGINT to 100 102");
    CHECK(next(running(whole()), at(0s), StopMode::immediate) == "SIGQUIT to 100 102");
}

TEST_CASE("a stop has succeeded when nothing is left also in the last moment and besides a stranger") {
    for (const auto condition : {Condition::clean, Condition::foreign})
        for (const auto& progress : {at(0s), at(5s), at(20s)})
            CHECK(next({condition, "", {}, {}}, progress) == "all ended");
}

TEST_CASE("a stop that cannot see never says that all has ended") {
    const Classification blind{Condition::unknown, "cannot list '/proc'", {}, {}};
    CHECK(next(blind, at(0s)) == "wait 200 ms");
    CHECK(next(blind, at(19s)) == "wait 200 ms");
    CHECK(next(blind, at(20s)) == "give up: cannot tell whether pgpool still runs: cannot list '/proc'");
}

TEST_CASE("the rungs are in order and the last one leaves time to see that it worked") {
    for (const auto mode : {StopMode::smart, StopMode::fast, StopMode::immediate})
        for (const Milliseconds time :
             std::vector<Milliseconds>{0ms, 1ms, 7ms, 100ms, 500ms, 999ms, 1s, 4500ms, 18s, 20s, 55s, 60s, 600s, 24h}) {
            const auto rungs = stop_times(mode, time);
            INFO("mode " << static_cast<int>(mode) << ", " << time.count() << " ms");
            CHECK(rungs.free_pcp >= 0ms);
            CHECK(rungs.free_pcp <= rungs.quit_children);
            CHECK(rungs.quit_children <= rungs.end_commands);
            CHECK(rungs.end_commands <= rungs.kill);
            CHECK(time - rungs.kill >= time * 3 / 10);
            if (mode != StopMode::smart) CHECK(rungs.kill <= 10s);
        }
}

// Every state of a stop that can be told apart.
template <typename Check>
void for_every_state(Check check) {
    const auto bit = [](unsigned value, unsigned position) { return (value >> position & 1U) != 0; };
    for (unsigned shape = 0; shape < 1U << 6U; ++shape) {
        ProcessTree tree;
        if (bit(shape, 0)) tree.main = main_process();
        if (bit(shape, 1)) tree.children = {child(101)};
        if (bit(shape, 2)) tree.children.push_back(stopped(child(102, "pgpool: ", 103)));
        if (bit(shape, 3)) tree.orphans = {child(51, "pgpool: worker process", 50)};
        if (bit(shape, 4)) tree.commands = {stat(110, 100, 100, "sh")};
        if (!tree.main) tree.orphans.insert(tree.orphans.end(), tree.children.begin(), tree.children.end());
        if (!tree.main) tree.children.clear();
        const auto condition = bit(shape, 5) ? Condition::unknown : tree.empty() ? Condition::clean : Condition::dirty;
        for (unsigned done = 0; done < 1U << 4U; ++done)
            for (const auto elapsed :
                 {0ms, 1ms, 999ms, 1000ms, 2999ms, 3000ms, 5000ms, 8000ms, 9999ms, 10000ms, 19999ms, 20000ms})
                for (const auto mode : {StopMode::smart, StopMode::fast, StopMode::immediate}) {
                    const StopProgress progress{elapsed,      20s - elapsed, bit(done, 0),
                                                bit(done, 1), bit(done, 2),  bit(done, 3)};
                    check(
                        Classification{
                            condition, "because", condition == Condition::unknown ? ProcessTree() : tree, {}},
                        progress, mode);
                }
    }
}

std::set<ProcessId> ids_of(const ProcessTree& tree) {
    std::set<ProcessId> ids;
    if (tree.main) ids.insert(tree.main->stat.id);
    for (const auto& member : tree.children) ids.insert(member.stat.id);
    for (const auto& orphan : tree.orphans) ids.insert(orphan.stat.id);
    for (const auto& command : tree.commands) ids.insert(command.id);
    return ids;
}

TEST_CASE("in every state a stop signals nobody outside the tree and ends only on evidence") {
    for_every_state([](const Classification& now, const StopProgress& progress, StopMode mode) {
        const auto step = next_stop_step(now, progress, times, mode);
        const auto tree = ids_of(now.tree);
        bool right = true;
        if (const auto* signals = std::get_if<SendSignals>(&step)) {
            for (const auto& target : signals->targets) right = right && tree.contains(target);
            right = right && !signals->because.empty() && progress.remaining > 0ms;
            right = right && (signals->signal == SIGKILL) == (signals->rung == Rung::kill);
            right = right && (signals->rung != Rung::kill || signals->targets.size() == tree.size());
        }
        if (std::holds_alternative<AllEnded>(step))
            right = right && tree.empty() && now.condition != Condition::unknown;
        if (const auto* wait = std::get_if<Wait>(&step))
            right = right && wait->at_most > 0ms && progress.remaining > 0ms;
        if (const auto* give_up = std::get_if<GiveUp>(&step))
            right = right && progress.remaining == 0ms && !give_up->because.empty();
        if (!right) {
            INFO(std::visit([](const auto& s) { return in_words(s); }, step));
            INFO("after " << progress.elapsed.count() << " ms");
            CHECK(right);
        }
    });
}

TEST_CASE("from every state a stop of what obeys only SIGKILL gets there in time") {
    for_every_state([](const Classification& now, const StopProgress& begin, StopMode mode) {
        if (now.condition == Condition::unknown || now.tree.empty() || begin.elapsed > times.kill) return;
        auto progress = begin;
        for (int steps = 0; steps < 1000; ++steps) {
            const auto step = next_stop_step(now, progress, times, mode);
            if (const auto* wait = std::get_if<Wait>(&step)) {
                progress.elapsed += wait->at_most;
                progress.remaining = 20s - progress.elapsed;
                continue;
            }
            const auto* signals = std::get_if<SendSignals>(&step);
            if (signals != nullptr && signals->rung == Rung::kill) {
                CHECK(progress.elapsed == times.kill);
                return;
            }
            if (signals == nullptr) break;
            progress.asked = progress.asked || signals->rung == Rung::ask;
            progress.freed_pcp = progress.freed_pcp || signals->rung == Rung::free_pcp;
            progress.quit_children = progress.quit_children || signals->rung == Rung::quit_children;
            progress.ended_commands = progress.ended_commands || signals->rung == Rung::end_commands;
        }
        FAIL_CHECK("no SIGKILL, begun after " << begin.elapsed.count() << " ms");
    });
}

}  // namespace

}  // namespace ra
