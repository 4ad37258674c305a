#include "decide/monitor.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra {

namespace {

using namespace scene;

TEST_CASE("only what is surely stopped is not running") {
    struct Row {
        Condition condition;
        ExitCode code;
        const char* reason;
    };
    const std::vector<Row> rows{{Condition::running, ExitCode::success, ""},
                                {Condition::clean, ExitCode::not_running, ""},
                                {Condition::foreign, ExitCode::not_running, ""},
                                {Condition::dirty, ExitCode::generic_error, "because"},
                                {Condition::unknown, ExitCode::generic_error, "because"}};
    for (const auto& row : rows) {
        INFO("condition " << static_cast<int>(row.condition));
        const auto outcome = judge_tree({row.condition, "because", {}, {}});
        CHECK(outcome.code == row.code);
        CHECK(outcome.reason == row.reason);
    }
}

TEST_CASE("what a living main shows for a moment is looked at again as long as there is time") {
    const auto looks_again = [](Condition condition, ProcessTree tree, bool has_time = true) {
        MonitorFacts facts;
        facts.now = {condition, "", std::move(tree), {}};
        facts.has_time_to_settle = has_time;
        return std::holds_alternative<LookAgain>(next_monitor_step(facts));
    };
    auto stopped = main_process();
    stopped.stat.state = 'T';
    const ProcessTree starting{main_process(), {}, {}, {}};
    CHECK(looks_again(Condition::dirty, starting));
    CHECK_FALSE(looks_again(Condition::dirty, starting, false));
    CHECK_FALSE(looks_again(Condition::dirty, {stopped, {}, {}, {}}));
    CHECK_FALSE(looks_again(Condition::dirty, {std::nullopt, {}, {child(101)}, {}}));
    for (const auto condition : {Condition::running, Condition::clean, Condition::foreign, Condition::unknown}) {
        INFO("condition " << static_cast<int>(condition));
        CHECK_FALSE(looks_again(condition, starting));
    }
}

TEST_CASE("only a pgpool that accepts no client fails a query for good") {
    using Answer = QueryFindings::Answer;
    const ProcessTree idle{main_process(), {child(101), child(102, "pgpool: a b host(1) SELECT")}, {}, {}};
    const ProcessTree waiting_for_lock{main_process(), {child(101, "pgpool: wait for accept lock")}, {}, {}};
    const ProcessTree busy{
        main_process(), {child(102, "pgpool: a b host(1) SELECT"), child(103, "pgpool: PCP: x")}, {}, {}};
    auto stopped = waiting_for_lock;
    stopped.children.front().stat.state = 'T';
    auto woken_up = idle;
    woken_up.children.front().stat.state = 'R';
    auto stopped_and_busy = idle;
    stopped_and_busy.children.front().stat.state = 'T';
    struct Row {
        const char* what;
        QueryFindings found;
        ProcessTree tree;
        ExitCode code;
        const char* reason;
    };
    const std::vector<Row> rows{
        {"rows came back", {Answer::answered, "", false}, idle, ExitCode::success, ""},
        {"a wrong password",
         {Answer::refused, "authentication failed", true},
         idle,
         ExitCode::degraded,
         "a query through pgpool fails: authentication failed"},
        {"the main node is lost",
         {Answer::refused, "kind does not match between main(0) slot[0] (52)", true},
         idle,
         ExitCode::generic_error,
         "pgpool refuses clients, because it has lost its main node: kind does not match between main(0) slot[0] (52)"},
        {"the question could not be asked",
         {Answer::not_possible, "no program", false},
         idle,
         ExitCode::degraded,
         "cannot query through pgpool: no program"},
        {"a backend hangs",
         {Answer::silent, "", true},
         idle,
         ExitCode::degraded,
         "pgpool accepts clients, but a query gets no answer: a backend may hang"},
        {"all children are busy",
         {Answer::silent, "", false},
         busy,
         ExitCode::degraded,
         "every child of pgpool is busy"},
        {"an idle child accepts nobody",
         {Answer::silent, "", false},
         idle,
         ExitCode::generic_error,
         "pgpool has idle children, but accepts no client"},
        {"a child that waits for its turn accepts nobody",
         {Answer::silent, "", false},
         waiting_for_lock,
         ExitCode::generic_error,
         "pgpool has idle children, but accepts no client"},
        {"all children are stopped",
         {Answer::silent, "", false},
         stopped,
         ExitCode::generic_error,
         "all 1 children of pgpool for clients are stopped (SIGSTOP)"},
        {"the only idle child is stopped",
         {Answer::silent, "", false},
         stopped_and_busy,
         ExitCode::degraded,
         "some children of pgpool are stopped (SIGSTOP), and the others are busy"},
        {"the only idle child was woken up, and waits for a processor",
         {Answer::silent, "", false},
         woken_up,
         ExitCode::degraded,
         "every child of pgpool is busy"},
        {"nobody listens",
         {Answer::unreachable, "connection refused", false},
         idle,
         ExitCode::generic_error,
         "pgpool accepts no client: connection refused"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const auto outcome = judge_query(row.found, row.tree);
        CHECK(outcome.code == row.code);
        CHECK(outcome.reason == row.reason);
    }
}

}  // namespace

}  // namespace ra
