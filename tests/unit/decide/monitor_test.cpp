#include "decide/monitor.h"

#include <catch2/catch.hpp>

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

TEST_CASE("what a living main shows for a moment may pass") {
    auto stopped = main_process();
    stopped.stat.state = 'T';
    const Family starting{main_process(), {}, {}, {}};
    CHECK(may_pass({Condition::dirty, "", starting, {}}));
    CHECK_FALSE(may_pass({Condition::dirty, "", {stopped, {}, {}, {}}, {}}));
    CHECK_FALSE(may_pass({Condition::dirty, "", {std::nullopt, {}, {child(101)}, {}}, {}}));
    for (const auto condition : {Condition::running, Condition::clean, Condition::foreign, Condition::unknown}) {
        INFO("condition " << static_cast<int>(condition));
        CHECK_FALSE(may_pass({condition, "", starting, {}}));
    }
}

TEST_CASE("only a pgpool that accepts no client fails a query for good") {
    using Answer = QueryFindings::Answer;
    const Family idle{main_process(), {child(101), child(102, "pgpool: a b host(1) SELECT")}, {}, {}};
    const Family waiting_for_lock{main_process(), {child(101, "pgpool: wait for accept lock")}, {}, {}};
    const Family busy{main_process(), {child(102, "pgpool: a b host(1) SELECT"), child(103, "pgpool: PCP: x")}, {}, {}};
    struct Row {
        const char* what;
        QueryFindings found;
        Family family;
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
         {Answer::lost_main_node, "kind does not match", true},
         idle,
         ExitCode::generic_error,
         "pgpool refuses clients, as it has lost its main node: kind does not match"},
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
        {"nobody listens",
         {Answer::unreachable, "connection refused", false},
         idle,
         ExitCode::generic_error,
         "pgpool accepts no client: connection refused"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const auto outcome = judge_query(row.found, row.family, true);
        CHECK(outcome.code == row.code);
        CHECK(outcome.reason == row.reason);
        const auto told_to_old = judge_query(row.found, row.family, false);
        CHECK(told_to_old.code == (row.code == ExitCode::degraded ? ExitCode::success : row.code));
        CHECK(told_to_old.reason == row.reason);
    }
}

}  // namespace

}  // namespace ra
