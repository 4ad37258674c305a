#include "decide/start.h"

#include <fmt/format.h>

#include <cerrno>

#include "tests/support/catch.h"
#include "tests/unit/decide/scene.h"

namespace ra {

namespace {

using namespace scene;
using namespace std::chrono_literals;

std::string in_words(IsolationQuestion) { return "ask for isolation"; }
std::string in_words(const Refuse& step) { return "refuse: " + step.outcome.reason; }
std::string in_words(const CleanUp& step) { return "clean up: " + step.because; }
std::string in_words(const RemoveRemains&) { return "remove remains"; }
std::string in_words(const Launch&) { return "launch"; }
std::string in_words(const AskForAcceptance&) { return "ask for acceptance"; }
std::string in_words(const Wait& step) { return fmt::format("wait {} ms", step.at_most.count()); }
std::string in_words(const Started& step) { return step.adopted ? "started before" : "started"; }
std::string in_words(const FailStart& step) { return (step.hangs ? "it hangs: " : "fail: ") + step.because; }

std::string next(const Classification& now, const StartProgress& progress) {
    return std::visit([](const auto& step) { return in_words(step); }, next_start_step(now, progress));
}

ProcessTree whole() { return {main_process(), {child(101)}, {}, {}}; }

TEST_CASE("a start goes on as what it sees and what it has done tell it") {
    const PortHolder stranger{9999, "127.0.0.1", 500, "nginx"};
    const Classification clean{Condition::clean, "nothing runs", {}, {}};
    const Classification running{Condition::running, "pgpool 100 runs", whole(), {}};
    const Classification starting{Condition::dirty, "pgpool 100 does not listen", whole(), {}};
    const Classification childless{Condition::dirty, "no child", {main_process(), {}, {}, {}}, {}};
    const Classification left{Condition::dirty, "main is dead", {std::nullopt, {}, {child(101)}, {}}, {}};
    const Classification foreign{Condition::foreign, "port 9999 is taken", {}, stranger};
    const Classification held_unseen{
        Condition::foreign, "port 9999 is taken", {}, PortHolder{9999, "127.0.0.1", 0, ""}};
    const Classification socket_held_unseen{
        Condition::foreign, "'/run/x' is the socket of an unknown process", {}, {}, SocketHolder{"/run/x", 0, ""}};
    const Classification unknown{Condition::unknown, "cannot list '/proc'", {}, {}};
    const Classification without_port{Condition::dirty, "process 500 (nginx) has it", whole(), stranger};
    const Classification childless_without_port{Condition::dirty, "no child", {main_process(), {}, {}, {}}, stranger};
    const Classification with_leftovers{
        Condition::running, "pgpool 100 runs", {main_process(), {child(101)}, {child(51)}, {}}, {}};

    StartProgress begun;
    begun.remaining = 60s;
    auto held_for_long = begun;
    held_for_long.held_unseen_for = 3s;
    auto held_late = begun;
    held_late.remaining = 0s;
    auto cleaned = begun;
    cleaned.cleaned = true;
    auto launched = cleaned;
    launched.launched = ProcessId{100, 1};
    auto asked = launched;
    asked.accepts_clients = false;
    auto accepted = launched;
    accepted.accepts_clients = true;
    auto accepted_for_long = accepted;
    accepted_for_long.accepting_for = 2s;
    auto running_with_pcp = running;
    running_with_pcp.tree.children.push_back(child(103, "pgpool: PCP: wait for connection request"));
    auto ended = launched;
    ended.ended = "pgpool did not start: bind failed";
    auto fatal = launched;
    fatal.fatal = "failed to bind";
    auto unreadable = launched;
    unreadable.unreadable = "cannot read 'pgpool.conf'";
    auto too_large = cleaned;
    too_large.unreadable = "cannot read 'pgpool.conf': too large";
    too_large.is_too_large = true;
    auto unreadable_yet = cleaned;
    unreadable_yet.unreadable = "cannot read 'pgpool.conf': syntax error";
    const Classification with_logger{
        Condition::dirty, "no port", {main_process(), {child(101, "pgpool: PgpoolLogger")}, {}, {}}, {}};
    auto late = launched;
    late.remaining = 0ms;
    auto late_elsewhere = late;
    late_elsewhere.own_log = "syslog (log_destination)";
    auto accepted_late = accepted;
    accepted_late.remaining = 0ms;

    struct Row {
        const char* what;
        Classification now;
        StartProgress progress;
        const char* step;
    };
    const std::vector<Row> rows{
        {"nothing is there", clean, begun, "remove remains"},
        {"remains are removed", clean, cleaned, "launch"},
        {"it runs already", running, begun, "started before"},
        {"it runs already and was cleaned up around", running, cleaned, "started before"},
        {"it runs with leftovers of another", with_leftovers, begun,
         "clean up: processes of an earlier pgpool are left"},
        {"orphans are left", left, begun, "clean up: main is dead"},
        {"orphans turn up late", left, cleaned, "clean up: main is dead"},
        {"half of it runs", childless, begun, "clean up: no child"},
        {"a stranger has the port", foreign, begun, "fail: port 9999 is taken"},
        {"a stranger took the port meanwhile", foreign, cleaned, "fail: port 9999 is taken"},
        {"who has the port is not seen: perhaps just ending", held_unseen, begun, "wait 50 ms"},
        {"who has the socket is not seen", socket_held_unseen, begun, "wait 50 ms"},
        {"who has the port is still not seen", held_unseen, held_for_long, "fail: port 9999 is taken"},
        {"who has the port is not seen in the last moment", held_unseen, held_late, "fail: port 9999 is taken"},
        {"it cannot be told", unknown, begun, "fail: cannot list '/proc'"},

        {"launched and not yet seen", clean, launched, "wait 50 ms"},
        {"launched and half there", starting, launched, "wait 50 ms"},
        {"launched and not to be seen for a moment", unknown, launched, "wait 50 ms"},
        {"launched and whole", running, launched, "ask for acceptance"},
        {"asked without an answer", running, asked, "wait 50 ms"},
        {"a client is accepted and PCP is there", running_with_pcp, accepted, "started"},
        {"a client is accepted, PCP not yet there", running, accepted, "wait 50 ms"},
        {"a client is accepted, PCP is still not there", running, accepted_for_long, "started"},
        {"a client is accepted in the last moment", running, accepted_late, "started"},
        {"it has died", clean, ended, "fail: pgpool did not start: bind failed"},
        {"it has died and left something", left, ended, "fail: pgpool did not start: bind failed"},
        {"it hangs at its end with its logger", with_logger, fatal, "it hangs: pgpool did not start: failed to bind"},
        {"it hangs at its end alone", childless, fatal, "it hangs: pgpool did not start: failed to bind"},
        {"a child of it said so", starting, fatal, "wait 50 ms"},
        {"it is slow with its logger", with_logger, launched, "wait 50 ms"},
        {"pgpool may refuse what cannot be read here", clean, unreadable_yet, "launch"},
        {"pgpool may still refuse what cannot be read here", childless, unreadable, "wait 50 ms"},
        {"it may still refuse it, with its logger", with_logger, unreadable, "wait 50 ms"},
        {"pgpool takes what cannot be read here", running, unreadable,
         "fail: pgpool takes its configuration, but the agent cannot: cannot read 'pgpool.conf'"},
        {"pgpool would take what cannot be read here", clean, too_large,
         "refuse: cannot read 'pgpool.conf': too large"},
        {"it runs with what cannot be read here", running, too_large, "started before"},
        {"it goes on without its port", without_port, launched, "fail: process 500 (nginx) has it"},
        {"it may still find out about its port", childless_without_port, launched, "wait 50 ms"},
        {"the time is over", starting, late, "fail: pgpool did not get ready in time: pgpool 100 does not listen"},
        {"the time is over and it logs elsewhere", starting, late_elsewhere,
         "fail: pgpool did not get ready in time: pgpool 100 does not listen; see syslog (log_destination)"},
        {"the time is over and it cannot be told", unknown, late,
         "fail: pgpool did not get ready in time: cannot list '/proc'"},
        {"the time is over and nobody was accepted", running, late,
         "fail: pgpool runs, but accepted no client in time"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(next(row.now, row.progress) == row.step);
    }
}

TEST_CASE("in every state a start launches only into emptiness and succeeds only with a client or an older pgpool") {
    const std::vector<ProcessTree> families{{},
                                            whole(),
                                            {main_process(), {}, {}, {}},
                                            {std::nullopt, {}, {child(51)}, {}},
                                            {main_process(), {child(101)}, {child(51)}, {}},
                                            {std::nullopt, {}, {}, {stat(110, 1, 100, "sh")}}};
    const std::vector<Observed<bool>> answers{NotAsked{}, false, true, Error{"not known"}};
    for (const auto condition :
         {Condition::clean, Condition::running, Condition::dirty, Condition::foreign, Condition::unknown})
        for (const auto& tree : families)
            for (const auto& answer : answers)
                for (unsigned bits = 0; bits < 1U << 4U; ++bits) {
                    if (condition == Condition::running && (!tree.main || tree.children.empty())) continue;
                    if ((condition == Condition::clean || condition == Condition::foreign) && !tree.empty()) continue;
                    StartProgress progress;
                    progress.remaining = (bits & 1U) != 0 ? 60s : 0s;
                    progress.cleaned = (bits & 2U) != 0;
                    if ((bits & 4U) != 0) progress.launched = ProcessId{100, 1};
                    if ((bits & 8U) != 0) progress.ended = "it ended";
                    progress.accepts_clients = answer;
                    const auto step = next_start_step({condition, "because", tree, {}}, progress);
                    INFO(std::visit([](const auto& s) { return in_words(s); }, step));
                    if (std::holds_alternative<Launch>(step)) {
                        CHECK(condition == Condition::clean);
                        CHECK((progress.cleaned && !progress.launched));
                    }
                    if (const auto* started = std::get_if<Started>(&step)) {
                        const auto* accepts = value_of(answer);
                        CHECK(started->adopted == !progress.launched.has_value());
                        if (started->adopted) CHECK(condition == Condition::running);
                        if (!started->adopted) CHECK((accepts != nullptr && *accepts && !progress.ended));
                    }
                    if (std::holds_alternative<CleanUp>(step)) CHECK_FALSE(progress.launched);
                    if (std::holds_alternative<Wait>(step)) CHECK(progress.remaining > 0ms);
                    if (const auto* failed = std::get_if<FailStart>(&step)) CHECK_FALSE(failed->because.empty());
                }
}

TEST_CASE("a start is refused for a problem or on an isolated node, whatever runs") {
    const Classification running{Condition::running, "pgpool 100 runs", whole(), {}};
    StartProgress progress;
    progress.problems = {{ExitCode::not_installed, "no binary"}, {ExitCode::no_permission, "no right"}};
    CHECK(next(running, progress) == "refuse: no binary");
    progress.problems.clear();
    progress.looks_for_isolation = true;
    CHECK(next(running, progress) == "ask for isolation");
    progress.isolation = {.reachable = 0,
                          .members = std::vector<std::string>{"a"},
                          .remote_backends_that_answer = std::vector<std::string>()};
    CHECK(next(running, progress) ==
          "refuse: cannot start pgpool: this node is isolated: no ping, no peer and no remote backend answers");
    progress.isolation.reachable = 1;
    CHECK(next(running, progress) == "started before");
}

TEST_CASE("want of something that comes back keeps no node from pgpool for good") {
    for (const int number : {EAGAIN, ENOMEM, EMFILE, ENFILE})
        CHECK(code_of_failed_launch(number) == ExitCode::generic_error);
    for (const int number : {ENOENT, EACCES, ENOEXEC}) CHECK(code_of_failed_launch(number) == ExitCode::not_installed);
}

}  // namespace

}  // namespace ra
