#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/namespace_holder.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

// A state that a pgpool gets into beside a neighbour whose main process is given.
struct State {
    const char* name;
    void (*bring_about)(Pgpool&, pid_t neighbour);
};

void lose_record(Pgpool& pgpool) { std::filesystem::remove(pgpool.state_file()); }
void kill_main(Pgpool& pgpool) { kill_at_once(pgpool.main()); }
void name_in_pid_file(Pgpool& pgpool, pid_t pid) { pgpool.directory().write("pgpool.pid", std::to_string(pid)); }

constexpr State healthy{"it is well", [](Pgpool&, pid_t) {}};
constexpr State frozen{"it is frozen", [](Pgpool& pgpool, pid_t) { freeze(pgpool.main()); }};
constexpr State orphans{"its main is dead", [](Pgpool& pgpool, pid_t) { kill_main(pgpool); }};
constexpr State forgotten_orphans{"its main is dead and its record lost", [](Pgpool& pgpool, pid_t) {
                                      kill_main(pgpool);
                                      lose_record(pgpool);
                                  }};
constexpr State no_pid_file{"its pid file and its record are lost", [](Pgpool& pgpool, pid_t) {
                                std::filesystem::remove(pgpool.pid_file());
                                lose_record(pgpool);
                            }};
constexpr State wrong_pid_file{"its pid file names the neighbour", [](Pgpool& pgpool, pid_t neighbour) {
                                   name_in_pid_file(pgpool, neighbour);
                                   lose_record(pgpool);
                               }};
constexpr State dead_with_wrong_pid_file{"its main is dead and its pid file names the neighbour",
                                         [](Pgpool& pgpool, pid_t neighbour) {
                                             kill_main(pgpool);
                                             wrong_pid_file.bring_about(pgpool, neighbour);
                                         }};
constexpr State stopped_with_wrong_pid_file{"it is stopped and its pid file names the neighbour",
                                            [](Pgpool& pgpool, pid_t neighbour) {
                                                pgpool.stop();
                                                name_in_pid_file(pgpool, neighbour);
                                            }};

// All that can be done with it, from whatever state it is in.
void exercise(Pgpool& pgpool) {
    pgpool.act("monitor");
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(pgpool.tree().empty());
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    std::filesystem::remove(pgpool.pid_file());
    pgpool.start();
    pgpool.stop();
}

}  // namespace

TEST_CASE("a pgpool with another configuration is never touched") {
    const auto state = GENERATE(healthy, frozen, orphans, forgotten_orphans, no_pid_file, wrong_pid_file,
                                dead_with_wrong_pid_file, stopped_with_wrong_pid_file);
    DYNAMIC_SECTION("when " << state.name) {
        Pgpool neighbour;
        const auto main = neighbour.start_by_hand(neighbour.by_hand());
        auto client = neighbour.client();
        const auto pid_file = read_text(neighbour.pid_file());
        Pgpool pgpool;
        pgpool.start();
        state.bring_about(pgpool, main);
        exercise(pgpool);
        CHECK(neighbour.main() == main);
        CHECK(client.alive());
        CHECK(SqlClient(neighbour.directory().path(), neighbour.port()).alive());
        CHECK(read_text(neighbour.pid_file()) == pid_file);
    }
}

TEST_CASE("a start onto orphans leaves a pgpool with another configuration alone") {
    Pgpool neighbour;
    const auto main = neighbour.start_by_hand(neighbour.by_hand());
    auto client = neighbour.client();
    Pgpool pgpool;
    kill_at_once(pgpool.start());
    name_in_pid_file(pgpool, main);
    CHECK(pgpool.act("start").code != ExitCode::not_running);
    CHECK(neighbour.main() == main);
    CHECK(client.alive());
}

TEST_CASE("a pid file that two configurations share by mistake stays with the pgpool that it names") {
    Pgpool pgpool;
    kill_at_once(pgpool.start());
    Pgpool neighbour;
    neighbour.configure("pid_file_name = '" + pgpool.pid_file().native() + "'");
    std::filesystem::remove(pgpool.pid_file());
    REQUIRE(neighbour.act("start").code == ExitCode::success);
    const auto pid_file = read_text(pgpool.pid_file());
    CHECK(pgpool.act("monitor").code == ExitCode::generic_error);
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(pgpool.tree().empty());
    CHECK(neighbour.accepts_clients());
    CHECK(read_text(pgpool.pid_file()) == pid_file);
    CHECK(pgpool.act("start").code == ExitCode::generic_error);
    CHECK(neighbour.accepts_clients());
    CHECK(neighbour.act("monitor").code == ExitCode::success);
}

TEST_CASE("a resource whose configuration is changed does not take the pgpool of the old one for its own") {
    Pgpool pgpool;
    const auto main = pgpool.start();
    Pgpool other;
    other.environment["OCF_RESOURCE_INSTANCE"] = pgpool.environment["OCF_RESOURCE_INSTANCE"];
    CHECK(other.act("monitor").code == ExitCode::not_running);
    CHECK(other.act("stop").code == ExitCode::success);
    CHECK(pgpool.main() == main);
    CHECK(pgpool.client().alive());
}

TEST_CASE("a pgpool in a container with the same configuration file is never touched") {
    const auto state = GENERATE(healthy, frozen, orphans, forgotten_orphans, no_pid_file, stopped_with_wrong_pid_file);
    DYNAMIC_SECTION("when " << state.name) {
        Pgpool pgpool;
        const auto container = NamespaceHolder::like_a_container();
        const auto directory = pgpool.directory().path().native();
        output_of(container.inside({"mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", directory}));
        // Its backends are out of its reach: it must not look for them again and again.
        std::ofstream(container.from_outside(pgpool.configuration()))
            << read_text(pgpool.configuration())
            << "health_check_period = 0\nsr_check_period = 0\nsearch_primary_node_timeout = 1\n";
        for (const auto* file : {"pcp.conf", "pool_hba.conf"})
            std::ofstream(container.from_outside(directory + "/" + file)) << read_text(directory + "/" + file);
        const Program neighbour(container.inside(pgpool.by_hand({"-n"})));
        pid_t main = 0;
        const auto opened_pcp = [&] {
            for (const auto pid : living_children(neighbour.pid())) main = pid;
            return std::filesystem::exists(
                container.from_outside(directory + "/.s.PGSQL." + std::to_string(pgpool.pcp_port())));
        };
        REQUIRE(eventually(opened_pcp));
        REQUIRE(eventually([&] { return living_children(main).size() > 4; }));
        const auto children = living_children(main);

        pgpool.start();
        state.bring_about(pgpool, main);
        exercise(pgpool);
        CHECK(is_alive(main));
        CHECK(std::ranges::includes(living_children(main), children));
    }
}

}  // namespace ra::test
