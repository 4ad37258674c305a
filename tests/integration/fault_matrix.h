#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/namespace_holder.h"
#include "tests/support/pgpool.h"

// The fault matrix: states of a pgpool and its host, times actions. Each cell says what the action must answer there.
// Played, each is also checked for what holds everywhere: it ends inside its timeout, leaves nothing behind, and
// touches neither the configuration nor another pgpool that runs beside it.

namespace ra::test {

// A pgpool and its host. What derives from it is one state: the constructor puts it up, the destructor takes it down.
class State {
 public:
    State() = default;
    virtual ~State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Pgpool pgpool;

    // What a stop may leave, in the words of Pgpool::remains(): it is somebody else's.
    std::set<std::string> of_others;
};

// It serves, and knows its primary.
struct Healthy : State {
    Healthy();
};

// Its main was killed alone.
struct Orphans : Healthy {
    Orphans();
};

// Mounts of the agent's own, and of what it starts: nothing else notices what is done to them.
class OwnMounts {
 public:
    // Runs a command of the shell there.
    void inside(const std::string& command, const Variables& variables = {}) const;
    // For Pgpool::runner.
    [[nodiscard]] Words runner(const Words& words = {}) const;

 private:
    NamespaceHolder mounts_ = NamespaceHolder::with_own_mounts();
};

// An action is the agent's own, or "probe", or has its level behind it: "monitor 10".
struct Cell {
    std::string action;
    std::set<ExitCode> answers;  // one of them
    std::string reason = "";     // a part of the exit reason; empty: none is given
    std::string because = "";    // where the answer is not obvious
};

// After a start and a stop the state is put up anew; all other actions find it as it was, one after the other.
struct Row {
    std::string state;
    std::function<std::unique_ptr<State>()> put_up;
    std::vector<Cell> cells;
};

template <typename Kind>
std::unique_ptr<State> put_up() {
    return std::make_unique<Kind>();
}

// Plays the rows of one class, and prints each cell with what was answered and how long that took.
void play(const std::string& name, const std::vector<Row>& rows);

// An action of a pair: without a reason, because what it meets depends on the other one.
struct Begun {
    std::string action;
    std::set<ExitCode> answers;
};

// Two actions at once, and what a monitor may say when both are done.
struct Pair {
    std::string state;
    std::function<std::unique_ptr<State>()> put_up;
    Begun first;
    Begun second;
    std::set<ExitCode> afterwards;
};

void play_pairs(const std::string& name, const std::vector<Pair>& pairs);

// What each action that only needs its parameters answers, whatever state pgpool is in.
[[nodiscard]] std::vector<Cell> operator+(std::vector<Cell> cells, const std::vector<Cell>& more);
extern const std::vector<Cell> actions_without_pgpool;

}  // namespace ra::test
