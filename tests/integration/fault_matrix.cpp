#include "tests/integration/fault_matrix.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <optional>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

// What tells a file that was written, replaced or removed from one that was not.
using Stamp = std::vector<long long>;
using Stamps = std::map<std::string, Stamp>;

Stamps stamps_of(const std::filesystem::path& directory, const std::function<bool(const std::string&)>& counts) {
    Stamps stamps;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const auto name = entry.path().filename().native();
        struct stat about {};
        if (!counts(name) || ::lstat(entry.path().c_str(), &about) != 0) continue;
        stamps[name] = {static_cast<long long>(about.st_ino), about.st_size, about.st_mtim.tv_sec,
                        about.st_mtim.tv_nsec};
    }
    return stamps;
}

Stamps configuration_of(const Pgpool& pgpool) {
    return stamps_of(pgpool.directory().path(), [](const std::string& name) { return name.ends_with(".conf"); });
}

// A pgpool of somebody else, with a client. The agent is never told of it.
class Neighbour {
 public:
    Neighbour() : main_(pgpool_.start_by_hand(pgpool_.by_hand())), client_(pgpool_.client()) {
        REQUIRE(pgpool_.says("0 up primary, 1 up standby"));
        children_ = living_children(main_);
        files_ = files();
    }

    void check_untouched() {
        CHECK(is_alive(main_));
        CHECK(std::ranges::includes(living_children(main_), children_));
        CHECK(client_.alive());
        CHECK(files() == files_);
    }

 private:
    // From 4.4 on pgpool itself writes the one for its own locking.
    [[nodiscard]] Stamps files() const {
        return stamps_of(pgpool_.directory().path(), [](const std::string& name) { return name != "memq_lock_file"; });
    }

    Pgpool pgpool_;
    pid_t main_;
    SqlClient client_;
    std::set<pid_t> children_;
    Stamps files_;
};

std::string name_of(const std::string& action) {
    return action == "probe" ? "monitor" : action.substr(0, action.find(' '));
}

Variables variables_of(const std::string& action) {
    if (action == "probe") return {{"OCF_RESKEY_CRM_meta_interval", "0"}};
    Variables variables;
    if (name_of(action) == "monitor") variables["OCF_RESKEY_CRM_meta_interval"] = "30000";
    if (const auto blank = action.find(' '); blank != action.npos)
        variables["OCF_CHECK_LEVEL"] = action.substr(blank + 1);
    return variables;
}

std::optional<pid_t> living_main(Pgpool& pgpool) {
    try {
        return pgpool.main();
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

// Those of a tree that are new in it, and that no process made that was in it before: pgpool replaces its own children.
std::set<pid_t> strangers_to(const std::set<pid_t>& tree_before, const std::set<pid_t>& tree) {
    std::set<pid_t> strangers;
    for (const auto pid : tree)
        if (const auto process = find_process(pid);
            process && !tree_before.contains(pid) && !tree_before.contains(process->parent))
            strangers.insert(pid);
    return strangers;
}

// What a start or stop has made of it, or what another action must not have changed.
void check_effect(State& state, const std::string& action, ExitCode code, const std::optional<pid_t>& main_before,
                  const std::set<pid_t>& tree_before) {
    auto& pgpool = state.pgpool;
    if (action == "stop" && code == ExitCode::success) {
        auto left = pgpool.remains();
        for (const auto& other : state.of_others) left.erase(other);
        CHECK(left == std::set<std::string>{});
    } else if (action == "start" && code == ExitCode::success) {
        CHECK((living_main(pgpool) == main_before || pgpool.accepts_clients()));
    } else if (action == "start") {
        CHECK(strangers_to(tree_before, pgpool.tree()) == std::set<pid_t>{});
    } else if (action != "stop") {
        CHECK(living_main(pgpool) == main_before);
    }
}

Answer act_in_time(State& state, const std::string& action) {
    const auto begin = std::chrono::steady_clock::now();
    auto answer = state.pgpool.act(name_of(action), variables_of(action));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::cout << "    " << action << ": " << static_cast<int>(answer.code) << " in " << took.count() << " s"
              << (answer.reason.empty() ? "" : ", ") << answer.reason << "\n"
              << std::flush;
    return answer;
}

Program begin(const Pgpool& pgpool, const std::string& action) {
    auto variables = variables_of(action);
    variables.insert(pgpool.environment.begin(), pgpool.environment.end());
    return Program(pgpool.runner + Words{AGENT_PROGRAM, name_of(action)}, variables);
}

void check(const Cell& cell, State& state) {
    const auto main = living_main(state.pgpool);
    const auto tree = state.pgpool.tree();
    const auto files = configuration_of(state.pgpool);
    Answer answer;
    try {
        answer = act_in_time(state, cell.action);
    } catch (const std::runtime_error& late) {
        FAIL_CHECK(late.what());
        return;
    }
    CAPTURE(static_cast<int>(answer.code), answer.reason);
    CHECK(cell.answers.contains(answer.code));
    if (cell.reason.empty()) CHECK(answer.reason.empty());
    if (!cell.reason.empty()) CHECK_THAT(answer.reason, Catch::Matchers::Contains(cell.reason));
    check_effect(state, cell.action, answer.code, main, tree);
    CHECK(configuration_of(state.pgpool) == files);
}

}  // namespace

Healthy::Healthy() {
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
}

Orphans::Orphans() { kill_at_once(pgpool.main()); }

void OwnMounts::inside(const std::string& command, const Variables& variables) const {
    output_of(mounts_.inside({"sh", "-c", command}), variables);
}

Words OwnMounts::runner(const Words& words) const { return mounts_.inside(words); }

const std::vector<Cell> actions_without_pgpool{
    {"notify", {ExitCode::success}},
    {"meta-data", {ExitCode::success}},
    {"explain", {ExitCode::success}},
};

std::vector<Cell> operator+(std::vector<Cell> cells, const std::vector<Cell>& more) {
    cells.insert(cells.end(), more.begin(), more.end());
    return cells;
}

void play(const std::string& name, const std::vector<Row>& rows) {
    Neighbour neighbour;
    for (const auto& row : rows) {
        std::cout << name << ": " << row.state << "\n";
        std::unique_ptr<State> state;
        for (const auto& cell : row.cells) {
            INFO(row.state << ", " << cell.action << (cell.because.empty() ? "" : ": ") << cell.because);
            if (!state) state = row.put_up();
            check(cell, *state);
            neighbour.check_untouched();
            if (cell.action == "start" || cell.action == "stop") state.reset();
        }
    }
}

void play_pairs(const std::string& name, const std::vector<Pair>& pairs) {
    Neighbour neighbour;
    for (const auto& pair : pairs) {
        std::cout << name << ": " << pair.state << ", " << pair.first.action << " and " << pair.second.action << "\n";
        INFO(pair.state << ", " << pair.first.action << " and " << pair.second.action);
        const auto state = pair.put_up();
        auto& pgpool = state->pgpool;
        auto first = begin(pgpool, pair.first.action);
        auto second = begin(pgpool, pair.second.action);
        for (const auto& [program, begun] : {std::pair(&first, &pair.first), std::pair(&second, &pair.second)}) {
            const auto ended = program->wait(20s);
            INFO(begun->action << " answered " << ended.exit_code << " " << ended.err);
            CHECK(begun->answers.contains(static_cast<ExitCode>(ended.exit_code)));
        }
        const auto afterwards = act_in_time(*state, "monitor 0").code;
        CHECK(pair.afterwards.contains(afterwards));
        CHECK((afterwards == ExitCode::not_running || pgpool.accepts_clients()));
        CHECK(act_in_time(*state, "stop").code == ExitCode::success);
        CHECK(pgpool.remains() == std::set<std::string>{});
        neighbour.check_untouched();
    }
}

}  // namespace ra::test
