#include "decide/alignment.h"

#include <algorithm>
#include <array>
#include <optional>

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

using namespace std::chrono_literals;

// "agreed", "attach 1", "promote 0", "not now", "must not"
std::string words(const AlignmentStep& step) {
    struct Words {
        std::string operator()(const Agreed&) const { return "agreed"; }
        std::string operator()(const AttachNode& attach) const { return "attach " + std::to_string(attach.id); }
        std::string operator()(const PromoteNode& promote) const { return "promote " + std::to_string(promote.id); }
        std::string operator()(const NotNow&) const { return "not now"; }
        std::string operator()(const MustNot&) const { return "must not"; }
    };
    return std::visit(Words{}, step);
}

std::string reason(const AlignmentStep& step) {
    if (const auto* wait = std::get_if<NotNow>(&step)) return wait->because;
    if (const auto* refuse = std::get_if<MustNot>(&step)) return refuse->because;
    return {};
}

std::string step_for(std::vector<BackendView> backends, const AlignmentContext& context = {}) {
    return words(next_alignment_step(facts(std::move(backends)), context));
}

// Written apart from the rule that it checks: below what was served, or below what another server of the system shows.
bool is_behind(const BackendView& target, const RoleFacts& seen) {
    const auto& state = *value_of(target.state);
    if (state.in_recovery) return false;
    const auto& known = seen.known_history;
    if (known && (known->system_identifier != state.system_identifier || known->timeline > state.timeline)) return true;
    return std::ranges::any_of(seen.backends, [&](const BackendView& other) {
        const auto* there = value_of(other.state);
        return there != nullptr && there->system_identifier == state.system_identifier &&
               there->timeline > state.timeline;
    });
}

}  // namespace

TEST_CASE("the next step of an alignment follows from both views of each backend") {
    struct Row {
        const char* situation;
        std::vector<BackendView> backends;
        const char* step;
    };
    const std::vector<Row> table{
        {"all is well", {backend(0, "up primary", "writable 1"), backend(1, "up standby", "follows 1")}, "agreed"},
        {"waiting is as good as up",
         {backend(0, "waiting primary", "writable 1"), backend(1, "waiting standby", "follows 1")},
         "agreed"},
        {"the stale role after a late promotion",
         {backend(0, "down standby", "unreachable"), backend(1, "up standby", "writable 2")},
         "promote 1"},
        {"the old primary came back as a standby, the role is still stale",
         {backend(0, "down standby", "follows 2"), backend(1, "up standby", "writable 2")},
         "promote 1"},
        {"the old primary came back as a standby, the role is right",
         {backend(0, "down standby", "follows 2"), backend(1, "up primary", "writable 2")},
         "attach 0"},
        {"roles swapped behind pgpool's back",
         {backend(0, "up standby", "writable 2"), backend(1, "up primary", "follows 2")},
         "promote 0"},
        {"a stale status file has the primary down",
         {backend(0, "down standby", "writable 1"), backend(1, "up standby", "follows 1")},
         "attach 0"},
        {"a standby was promoted beside the healthy primary that is served",
         {backend(0, "up primary", "writable 1"), backend(1, "up standby", "writable 2")},
         "must not"},
        {"the same, detached before",
         {backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")},
         "must not"},
        {"an old primary alone, beside a standby of the newer history",
         {backend(0, "down standby", "writable 1"), backend(1, "down standby", "recovers 2")},
         "must not"},
        {"a fresh database alone, beside a standby of ours",
         {backend(0, "down standby", "alien writable 1"), backend(1, "up standby", "recovers 1")},
         "must not"},
        {"split brain, the newer one is served already, the older one is detached",
         {backend(0, "down standby", "writable 1"), backend(1, "up primary", "writable 2")},
         "agreed"},
        {"an older writable server comes back while the primary that is served is too slow to be asked",
         {backend(0, "down standby", "writable 1"), backend(1, "up primary", "unreachable")},
         "not now"},
        {"split brain on one timeline number",
         {backend(0, "up primary", "writable 2"), backend(1, "down standby", "writable 2")},
         "must not"},
        {"two different databases",
         {backend(0, "up primary", "writable 1"), backend(1, "down standby", "alien writable 2")},
         "must not"},
        {"nobody is writable yet",
         {backend(0, "down standby", "unreachable"), backend(1, "up standby", "recovers 1")},
         "not now"},
        {"pgpool is in the middle of a failover",
         {backend(0, "down primary", "unreachable"), backend(1, "up standby", "writable 2")},
         "not now"},
        {"a standby on an older timeline stays detached",
         {backend(0, "down standby", "follows 1"), backend(1, "up primary", "writable 2")},
         "agreed"},
        {"a standby that receives nothing stays detached",
         {backend(0, "down standby", "recovers 2"), backend(1, "up primary", "writable 2")},
         "agreed"},
        {"a quarantined primary is the watchdog's business",
         {backend(0, "quarantine standby", "writable 1"), backend(1, "up standby", "follows 1")},
         "must not"},
        {"a server that refuses to be asked may be the newer primary",
         {backend(0, "up primary", "refuses"), backend(1, "up standby", "writable 2")},
         "must not"},
        {"three backends: promote first",
         {backend(0, "down standby", "follows 2"), backend(1, "up standby", "writable 2"),
          backend(2, "up standby", "follows 2")},
         "promote 1"},
        {"three backends: then attach what the promotion has set down",
         {backend(0, "down standby", "follows 2"), backend(1, "up primary", "writable 2"),
          backend(2, "down standby", "follows 2")},
         "attach 0"},
    };
    for (const auto& row : table) {
        INFO(row.situation);
        CHECK(step_for(row.backends) == row.step);
    }
}

TEST_CASE("the cluster's word turns pgpool away from a primary that still takes writes") {
    AlignmentContext promoted;
    promoted.may_switch = true;
    CHECK(step_for({backend(0, "up primary", "writable 1"), backend(1, "up standby", "writable 2")}, promoted) ==
          "promote 1");
    CHECK(step_for({backend(0, "up primary", "writable 1"), backend(1, "down standby", "writable 2")}, promoted) ==
          "attach 1");
}

TEST_CASE("a server behind the history that was served is never brought into service") {
    auto lost = facts({backend(0, "down standby", "writable 1"), backend(1, "down standby", "unreachable")});
    CHECK(words(next_alignment_step(lost, {})) == "attach 0");
    lost.known_history = History{0, 1, 2};
    const auto step = next_alignment_step(lost, {});
    CHECK(words(step) == "must not");
    CHECK(reason(step) == "node 0 (10.0.0.1:5432) is writable on timeline 1, but was overtaken: timeline 2 was served");
    lost.known_history = History{0, 7, 1};
    CHECK(reason(next_alignment_step(lost, {})) ==
          "node 0 (10.0.0.1:5432) is writable, but is of another database system than the one that was served");
}

TEST_CASE("a primary that pgpool.conf fixes is left alone") {
    auto seen = facts({backend(0, "up primary", "follows 1"), backend(1, "up standby", "writable 1")});
    seen.backends[0].is_always_primary = true;
    const auto step = next_alignment_step(seen, {});
    CHECK(reason(step) ==
          "node 1 (10.0.0.2:5432) is writable on timeline 1, but pgpool.conf makes node 0 (10.0.0.1:5432) "
          "ALWAYS_PRIMARY");
}

TEST_CASE("a request that did not last is told again after growing pauses only") {
    const auto seen = facts({backend(0, "up primary", "writable 1"), backend(1, "down standby", "follows 1")});
    const auto step = next_alignment_step(seen, {});
    AlignmentProgress progress;
    progress.since_boot = 1000s;
    const auto is_told = [&] { return std::holds_alternative<PcpRequest>(next_alignment_move(seen, step, progress)); };
    CHECK(is_told());
    progress.before = {{"attach node 1", 1, 970s}};
    CHECK_FALSE(is_told());
    const auto move = next_alignment_move(seen, step, progress);
    CHECK(reason(std::get<Settled>(move).state) ==
          "pgpool was told to attach node 1 once, and it did not last; the next try is in 30 s: node 1 (10.0.0.2:5432) "
          "is a standby of the primary");
    progress.since_boot = 1030s;
    CHECK(is_told());
    progress.before = {{"attach node 1", 3, 800s}};
    CHECK_FALSE(is_told());
    progress.before = {{"attach node 0", 3, 1030s}};
    CHECK(is_told());
    CHECK(pause_after(1) == 60s);
    CHECK(pause_after(4) == 480s);
    CHECK(pause_after(100) == 1800s);
}

TEST_CASE("each request that PCP cuts short is sent once more, and not again in turn with another one") {
    const PcpRequest attach{"attach", 0, "it follows"};
    const PcpRequest promote{"promote", 1, "it is writable"};
    const std::string closed = "ERROR: unable to read data from socket.";
    auto progress = after(after({}, attach, closed), promote, closed);
    CHECK(progress.sent.empty());
    CHECK(progress.refused.empty());
    progress = after(progress, attach, closed);
    CHECK(progress.sent == std::vector{attach});
    CHECK(progress.refused == closed);
}

TEST_CASE("nothing is done while pgpool runs a command of its own") {
    AlignmentContext busy;
    busy.failover_runs = true;
    CHECK(step_for({backend(0, "down standby", "unreachable"), backend(1, "up standby", "writable 2")}, busy) ==
          "not now");
}

TEST_CASE("a promotion that would run follow_primary_command needs the administrator's leave") {
    auto stale = facts({backend(0, "down standby", "unreachable"), backend(1, "up standby", "writable 2")});
    stale.has_follow_primary_command = true;
    CHECK(words(next_alignment_step(stale, {})) == "must not");
    CHECK(words(next_alignment_step(stale, {.may_run_follow_primary = true})) == "promote 1");
}

TEST_CASE("a member of a watchdog is left to the watchdog") {
    auto stale = facts({backend(0, "down standby", "unreachable"), backend(1, "up standby", "writable 2")});
    stale.has_watchdog = true;
    CHECK(words(next_alignment_step(stale, {})) == "must not");
}

TEST_CASE("without pgpool's own view nothing is done, and the reason says why") {
    auto unknown = facts({backend(0, "up primary", "writable 1"), backend(1, "up standby", "follows 1")});
    unknown.backends[1].node = NotAsked{};
    unknown.pcp_failure = "cannot log in by PCP: authentication failed";
    const auto step = next_alignment_step(unknown, {});
    CHECK(words(step) == "must not");
    CHECK(reason(step) == unknown.pcp_failure);
}

TEST_CASE("that nobody is writable is told with the server that could not be asked") {
    const auto told = [](const char* first) {
        return find_newest_primary(facts({backend(0, "up primary", first), backend(1, "up standby", "recovers 1")}))
            .because;
    };
    CHECK(told("refuses") == "no PostgreSQL is known to be writable: node 0 (10.0.0.1:5432): connection refused");
    CHECK(told("recovers 1") == "no PostgreSQL is writable");
}

TEST_CASE("a split brain is told with the names of both servers") {
    const auto step = next_alignment_step(
        facts({backend(0, "up primary", "writable 3"), backend(1, "up standby", "writable 3")}), {});
    CHECK(reason(step) ==
          "split brain: node 0 (10.0.0.1:5432) and node 1 (10.0.0.2:5432) are both writable on timeline 3");
}

TEST_CASE("in every state of up to three backends the next step keeps its promises, and steps come to an end") {
    constexpr std::array views{"up primary", "up standby", "down standby", "down primary", "quarantine standby"};
    constexpr std::array states{"writable 1", "writable 2",  "follows 1", "follows 2",
                                "recovers 2", "unreachable", "refuses",   "alien writable 3"};
    const auto combinations = views.size() * states.size();

    const auto check = [](RoleFacts seen) {
        AlignmentContext context;
        context.may_switch = true;
        // Each step has its effect at once; a promotion sets the other nodes down, as pgpool does.
        for (std::size_t steps = 0; steps <= 2 * seen.backends.size(); ++steps) {
            const auto step = next_alignment_step(seen, context);
            const auto primary = find_newest_primary(seen);
            if (const auto* attach = std::get_if<AttachNode>(&step)) {
                auto& target = seen.backends[static_cast<std::size_t>(attach->id)];
                const auto* state = value_of(target.state);
                REQUIRE(state != nullptr);
                REQUIRE((state->in_recovery || &target == primary.newest));
                REQUIRE_FALSE(is_behind(target, seen));
                auto node = *value_of(target.node);
                REQUIRE(node.status == NodeStatus::down);
                REQUIRE_FALSE(node.quarantined);
                node.status = NodeStatus::waiting;
                target.node = node;
            } else if (const auto* promote = std::get_if<PromoteNode>(&step)) {
                auto& target = seen.backends[static_cast<std::size_t>(promote->id)];
                REQUIRE(&target == primary.newest);
                REQUIRE_FALSE(is_behind(target, seen));
                REQUIRE_FALSE(value_of(target.state)->in_recovery);
                REQUIRE(value_of(target.node)->attached());
                for (auto& backend : seen.backends) {
                    auto node = *value_of(backend.node);
                    node.role = &backend == &target ? NodeRole::primary : NodeRole::standby;
                    if (&backend != &target) node.status = NodeStatus::down;
                    backend.node = node;
                }
            } else {
                if (!std::holds_alternative<Agreed>(step)) return;
                // Nobody who could serve is left out without a word.
                for (const auto& backend : seen.backends) {
                    const auto* state = value_of(backend.state);
                    const auto& node = *value_of(backend.node);
                    if (state == nullptr || !state->streaming || node.quarantined) continue;
                    if (state->timeline == value_of(primary.newest->state)->timeline &&
                        state->system_identifier == value_of(primary.newest->state)->system_identifier)
                        REQUIRE(node.attached());
                }
                return;
            }
        }
        FAIL("the steps do not come to an end");
    };

    for (std::size_t a = 0; a < combinations; ++a)
        for (std::size_t b = 0; b < combinations; ++b)
            for (std::size_t c = 0; c <= combinations; c += c == 0 ? 1 : 3) {
                std::vector<BackendView> backends{backend(0, views[a % 5], states[a / 5]),
                                                  backend(1, views[b % 5], states[b / 5])};
                if (c > 0) backends.push_back(backend(2, views[(c - 1) % 5], states[(c - 1) / 5]));
                auto seen = facts(std::move(backends));
                for (const std::uint32_t served : {0U, 1U, 2U, 3U}) {
                    if (served > 0) seen.known_history = History{0, 1, served};
                    check(seen);
                }
            }
}

TEST_CASE("before PCP is open pgpool is still looking for a primary, which passes by itself") {
    auto seen = facts({backend(0, "", "unreachable"), backend(1, "", "recovers 1")});
    for (auto& view : seen.backends) view.node = NotAsked{};
    seen.pcp_failure = "cannot log in by PCP: No such file or directory";
    AlignmentContext starting;
    starting.pcp_is_open = false;
    const auto step = next_alignment_step(seen, starting);
    REQUIRE(std::holds_alternative<NotNow>(step));
    CHECK(std::get<NotNow>(step).because == "pgpool is still looking for a primary: PCP is not open yet");
    CHECK(std::holds_alternative<MustNot>(next_alignment_step(seen, {})));
}

}  // namespace ra::test
