#include "decide/status_file.h"

#include "tests/support/catch.h"
#include "tests/unit/decide/role_facts.h"

namespace ra::test {

namespace {

std::string lines(const RoleFacts& facts, TakeoverBy takeover = TakeoverBy::nobody) {
    const auto file = status_before_start(facts, takeover);
    return file ? file->lines : "left alone";
}

std::string status(std::vector<BackendView> backends) { return lines(facts(std::move(backends))); }

}  // namespace

TEST_CASE("pgpool does not wait for a lost node where the primary is known") {
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "writable 2")}) == "down\nup\n");
    CHECK(status({backend(0, "", "writable 1"), backend(1, "", "unreachable")}) == "up\ndown\n");
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "follows 2"), backend(2, "", "writable 2")}) ==
          "down\nup\nup\n");
}

TEST_CASE("an overtaken primary is not what pgpool begins with") {
    CHECK(status({backend(0, "", "writable 1"), backend(1, "", "writable 2")}) == "down\nup\n");
}

TEST_CASE("an overtaken primary is down although it is the only server that can be reached") {
    auto alone = facts({backend(0, "", "writable 1"), backend(1, "", "unreachable")});
    alone.known_history = History{0, 1, 2};
    CHECK(lines(alone) == "down\nup\n");
    alone.known_history = History{0, 1, 1};
    CHECK(lines(alone) == "up\ndown\n");
}

TEST_CASE("an instance that waits begins with the server that serves, not with one that was promoted beside it") {
    auto roles = facts({backend(0, "", "writable 1"), backend(1, "", "writable 2"), backend(2, "", "writable 3")});
    roles.shared_history = History{0, 1, 1};
    roles.known_history = roles.shared_history;
    CHECK(lines(roles) == "down\ndown\nup\n");
    roles.only_waits = true;
    CHECK(lines(roles) == "up\ndown\ndown\n");
    roles.shared_history = History{0, 1, 2};
    roles.known_history = roles.shared_history;
    CHECK(lines(roles) == "down\nup\ndown\n");
}

TEST_CASE("a server behind the history that was served is kept out, whatever that costs") {
    auto alone = facts({backend(0, "", "writable 1"), backend(1, "", "unreachable")});
    CHECK(status_before_start(alone, TakeoverBy::nobody)->keeps_out.empty());
    alone.known_history = History{0, 1, 2};
    CHECK_THAT(status_before_start(alone, TakeoverBy::nobody)->keeps_out, Catch::Contains("timeline 1"));
    // Promoted by hand: nobody has served it, and alignment ends what pgpool begins with.
    const auto beside = facts({backend(0, "", "writable 1"), backend(1, "", "writable 2")});
    CHECK(status_before_start(beside, TakeoverBy::nobody)->keeps_out.empty());
}

TEST_CASE("where the file is written a standby that would not be attached is down too") {
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "writable 2"), backend(2, "", "recovers 2")}) ==
          "down\nup\ndown\n");
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "writable 2"), backend(2, "", "follows 1")}) ==
          "down\nup\ndown\n");
    auto late = facts({backend(0, "", "unreachable"), backend(1, "", "writable 2"), backend(2, "", "follows 2")});
    CHECK(lines(late) == "down\nup\nup\n");
    std::get<BackendState>(late.backends[2].state).replays_late = "its replay is paused";
    CHECK(lines(late) == "down\nup\ndown\n");
}

TEST_CASE("a start begins with the server that serves, not with one that was promoted beside it") {
    auto roles = facts({backend(0, "", "writable 1"), backend(1, "", "writable 2")});
    for (auto& server : roles.backends) server.node = {};  // no pgpool runs that could be asked
    roles.begins_to_serve = true;
    CHECK(lines(roles) == "down\nup\n");
    roles.shared_history = History{0, 1, 1};
    roles.known_history = roles.shared_history;
    CHECK(lines(roles) == "up\ndown\n");
    // The pgpool before it has failed over, and the cluster has not heard of that.
    roles.backends[0].was_down = true;
    CHECK(lines(roles) == "down\nup\n");
    roles.shared_history = History{0, 1, 2};
    roles.known_history = roles.shared_history;
    CHECK(lines(roles) == "down\nup\n");
}

TEST_CASE("the nodes that a status file calls down") {
    using Ids = std::set<int>;
    CHECK(down_in_status("up\ndown\nunused\ndown\n") == Ids{1, 3});
    CHECK(down_in_status("").empty());
    CHECK(down_in_status("Down\n down\nup").empty());
}

TEST_CASE("ids that pgpool.conf leaves out are unused") {
    CHECK(status({backend(1, "", "unreachable"), backend(3, "", "writable 2")}) == "unused\ndown\nunused\nup\n");
}

TEST_CASE("a lost node is expected to be there where failover has to make a new primary") {
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "recovers 1")}) == "up\nup\n");
    CHECK(status({backend(1, "", "recovers 1"), backend(2, "", "unreachable")}) == "unused\nup\nup\n");
}

TEST_CASE("a lost node is down where the agent takes over itself") {
    auto roles = facts({backend(0, "", "unreachable"), backend(1, "", "recovers 1")});
    roles.backends[1].is_on_this_site = true;
    CHECK(lines(roles, TakeoverBy::failover_command) == "down\nup\n");
    CHECK(lines(roles) == "up\nup\n");
    roles.backends[1].is_on_this_site = false;
    CHECK(lines(roles, TakeoverBy::failover_command) == "up\nup\n");
}

TEST_CASE("the status file is left alone where pgpool needs no help, or nobody knows the primary") {
    CHECK(status({backend(0, "", "writable 1"), backend(1, "", "follows 1")}) == "left alone");
    CHECK(status({backend(0, "", "writable 1"), backend(1, "", "recovers 1")}) == "left alone");
    CHECK(status({backend(0, "", "writable 1"), backend(1, "", "refuses")}) == "left alone");
    CHECK(status({backend(0, "", "writable 2"), backend(1, "", "writable 2")}) == "left alone");
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "unreachable")}) == "left alone");
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "refuses")}) == "left alone");
    CHECK(status({backend(0, "", "unreachable"), backend(1, "", "refuses"), backend(2, "", "recovers 1")}) ==
          "left alone");
    auto member = facts({backend(0, "", "unreachable"), backend(1, "", "writable 2")});
    member.has_watchdog = true;
    CHECK_FALSE(status_before_start(member, TakeoverBy::nobody));
    auto replicated = facts({backend(0, "", "writable 1"), backend(1, "", "writable 2")});
    replicated.has_streaming_replication = false;
    CHECK_FALSE(status_before_start(replicated, TakeoverBy::nobody));
}

}  // namespace ra::test
