#include "act/watch.h"

#include "act/monitor.h"
#include "decide/memory.h"
#include "tests/support/catch.h"
#include "tests/unit/act/captured_log.h"
#include "tests/unit/act/test_node.h"

namespace ra::test {

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a primitive that is to yield is watched after its start") {
    TestNode node;
    begin_watch(node.operation());
    CHECK(node.begun == Names{"watch"});
}

TEST_CASE("nobody watches what does not yield by itself") {
    TestNode node(GENERATE(Variables{{"OCF_RESKEY_crm_feature_set", ""}}, Variables{{"OCF_RESKEY_CRM_meta_clone", "0"}},
                           Variables{{"OCF_RESKEY_CRM_meta_promotable", "true"}},
                           Variables{{"OCF_RESKEY_on_split_brain", "report"}}));
    begin_watch(node.operation());
    CHECK(node.begun.empty());
}

TEST_CASE("a watch that cannot be begun is logged") {
    TestNode node;
    const CapturedLog log;
    node.can_begin = false;
    begin_watch(node.operation());
    CHECK(log.has("cannot begin 'watch'"));
}

TEST_CASE("what a probe has found running is watched, because Pacemaker may begin no monitor of it") {
    TestNode node(Variables{{"OCF_RESKEY_CRM_meta_interval", "0"}});
    node.run_pgpool();
    REQUIRE(monitor(node.operation()).code == ExitCode::success);
    CHECK(node.begun == Names{"watch"});
}

TEST_CASE("a probe that finds nothing running begins no watch") {
    TestNode node(Variables{{"OCF_RESKEY_CRM_meta_interval", "0"}});
    REQUIRE(monitor(node.operation()).code == ExitCode::not_running);
    CHECK(node.begun.empty());
}

TEST_CASE("a recurring monitor needs no watch") {
    TestNode node;
    node.run_pgpool();
    REQUIRE(monitor(node.operation()).code == ExitCode::success);
    CHECK(node.begun.empty());
}

// It would wait for the monitors first.
TEST_CASE("a watch ends at once where pgpool does not run") {
    TestNode node;
    node.remember(Memory{});
    const auto action = node.operation(10min);
    const auto begin = Deadline::Clock::now();
    CHECK(watch(action).code == ExitCode::success);
    CHECK(Deadline::Clock::now() - begin < 10s);
}

TEST_CASE("a watch adopts a pgpool that nothing is known of") {
    TestNode node;
    node.run_pgpool();
    CHECK(watch(node.operation(100ms)).code == ExitCode::success);
    CHECK(node.on_record().started.main == node.main);
}

TEST_CASE("a watch whose time is over before the monitors can have begun looks at nothing") {
    TestNode node;
    node.run_pgpool();
    node.remember({.served_timeline = 7});
    CHECK(watch(node.operation(100ms)).code == ExitCode::success);
    CHECK(node.cluster.commands().empty());
    CHECK(node.memory().served_timeline == 7);
}

TEST_CASE("a watch is on record until a monitor has looked at the roles") {
    TestNode node(Variables{{"OCF_CHECK_LEVEL", "10"}});
    node.run_pgpool();
    node.remember(Memory{});
    CHECK(watch(node.operation(100ms)).code == ExitCode::success);
    CHECK(node.memory().watched_since);
    CHECK(monitor(node.operation()).code == ExitCode::degraded);  // its PCP is not open
    CHECK_FALSE(node.memory().watched_since);
}

TEST_CASE("a watch asks Pacemaker first, and no more where the resource is active here alone") {
    TestNode node;
    node.run_pgpool();
    node.remember(Memory{});
    node.cluster.active = {{"pgpool", {"a"}}};
    CHECK(watch(node.operation(4s)).code == ExitCode::success);
    CHECK(node.cluster.log() == Names{"crm_mon -1 -r -A --fence-history=3 --output-as=xml"});
}

TEST_CASE("a watch goes on until a monitor has looked, but not within the first minute nor beside a newer one") {
    struct Row {
        std::optional<std::chrono::seconds> on_record;
        bool is_early;
        bool is_needed;
    };
    const auto [on_record, is_early, is_needed] =
        GENERATE(Row{7s, true, true}, Row{7s, false, true}, Row{{}, true, true}, Row{{}, false, false},
                 Row{8s, true, false}, Row{8s, false, false});
    CHECK(is_still_needed(7s, is_early, {.watched_since = on_record}) == is_needed);
}

TEST_CASE("a watch looks at the roles where the resource is active elsewhere too, or may be") {
    TestNode node;
    node.run_pgpool();
    node.remember(Memory{});
    node.cluster.active = {{"pgpool", {"a", "c"}}};
    if (GENERATE(true, false)) node.cluster.fail("crm_mon");
    CHECK(watch(node.operation(4s)).code == ExitCode::success);
    CHECK(node.memory().unresponsive_since);  // its PCP is not open
}

}  // namespace ra::test
