// pgpool's node roles follow PostgreSQL's, on real servers that change behind pgpool's back.

#include <catch2/catch.hpp>
#include <csignal>
#include <sstream>

#include "tests/support/eventually.h"
#include "tests/support/pgpool.h"
#include "tests/support/processes.h"
#include "tests/support/replicated_servers.h"

namespace ra::test {

namespace {

using Catch::Contains;

const Variables level_10{{"OCF_CHECK_LEVEL", "10"},
                         {"OCF_RESKEY_crm_feature_set", ""},
                         {"OCF_RESKEY_CRM_meta_interval", "30000"},
                         {"OCF_RESKEY_CRM_meta_timeout", "40000"}};

// A pgpool that looks for a new primary once and no longer: with a promotion that ends later it stays without one.
struct ImpatientPgpool : Pgpool {
    explicit ImpatientPgpool(const ReplicatedServers& servers) {
        for (std::size_t number = 0; number < servers.count(); ++number) {
            const auto id = std::to_string(number);
            configure("backend_hostname" + id + " = '127.0.0.1'");
            configure("backend_port" + id + " = " + std::to_string(servers.port(number)));
        }
        configure("search_primary_node_timeout = 1");
        configure("health_check_period = 1");
        configure("failover_on_backend_error = on");
        environment["OCF_RESKEY_CRM_meta_timeout"] = "40000";
    }

    // "0 up primary, 1 up standby": what pgpool says of its nodes.
    std::string roles() {
        const Variables password{{"PCPPASSFILE", directory().path() / "pcppass"}};
        std::string roles;
        for (int id = 0;; ++id) {
            const auto ended = run({"pcp_node_info", "-w", "-h", directory().path(), "-p", std::to_string(pcp_port()),
                                    "-U", "admin", "-n", std::to_string(id)},
                                   password);
            // host port status weight status_name pg_status role …; of a node that does not exist nothing
            std::istringstream words(ended.out);
            std::string host, port, status, weight, status_name, pg_status, role;
            if (!(words >> host >> port >> status >> weight >> status_name >> pg_status >> role)) return roles;
            roles += (id == 0 ? "" : ", ") + std::to_string(id) + (status_name == "down" ? " down " : " up ") + role;
        }
    }

    bool says(const std::string& expected) {
        return eventually([&] { return roles() == expected; }, 30s);
    }
};

// The old primary is gone, the new one was promoted after pgpool has stopped looking.
void make_roles_stale(ReplicatedServers& servers, ImpatientPgpool& pgpool, const std::string& stale) {
    REQUIRE(eventually([&] { return pgpool.roles().starts_with("0 up primary"); }, 30s));
    servers.stop(0);
    REQUIRE(pgpool.says(stale));
    servers.promote(1);
    REQUIRE(pgpool.roles() == stale);
}

}  // namespace

TEST_CASE("a role that is stale after a late promotion is right after one monitor of level 10") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");

    servers.rebuild(0, 1);
    auto session = pgpool.client();
    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 up standby, 1 up primary");
    CHECK(session.alive());
}

TEST_CASE("a promote makes a stale role right, and a demote leaves pgpool as it is") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    const auto main = pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
    CHECK(pgpool.act("monitor").code == ExitCode::running_promoted);
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("demote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    CHECK(pgpool.main() == main);
}

TEST_CASE("with three backends the promoted one becomes primary and its standby is attached again") {
    ReplicatedServers servers(3);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby, 2 up standby");
    servers.rebuild(2, 1);

    CHECK(pgpool.act("monitor", level_10).code == ExitCode::success);
    CHECK(pgpool.roles() == "0 down standby, 1 up primary, 2 up standby");
}

TEST_CASE("with align off a stale role is reported and left alone") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.environment["OCF_RESKEY_align"] = "false";
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby");

    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 1") && Contains("takes it for a standby"));
    CHECK(pgpool.roles() == "0 down standby, 1 up standby");
}

TEST_CASE("in a split brain the newer timeline is served and the older one is not attached") {
    ReplicatedServers servers(2);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));

    servers.promote(1);
    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("node 0") && Contains("is not attached"));
    CHECK(pgpool.roles() == "0 down standby, 1 up primary");
}

TEST_CASE("two writable servers on one timeline are reported, and nothing is touched") {
    ReplicatedServers servers(3);
    ImpatientPgpool pgpool(servers);
    pgpool.start();
    make_roles_stale(servers, pgpool, "0 down standby, 1 up standby, 2 up standby");
    servers.promote(2);

    CHECK_THAT(pgpool.act("monitor", level_10).reason, Contains("split brain") && Contains("on timeline 2"));
    CHECK(pgpool.roles() == "0 down standby, 1 up standby, 2 up standby");
}

TEST_CASE("a wrong PCP password is told and restarts nothing") {
    Pgpool pgpool;
    pgpool.environment["OCF_RESKEY_pcp_user"] = "admin";
    const auto passwords = pgpool.directory().write("wrong", "*:*:admin:nonsense\n");
    std::filesystem::permissions(passwords, std::filesystem::perms{0600});
    pgpool.environment["OCF_RESKEY_pcp_passfile"] = passwords;
    const auto main = pgpool.start();
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::success);
    CHECK_THAT(answer.reason, Contains("authentication failed") && !Contains("nonsense"));
    CHECK(pgpool.main() == main);
}

TEST_CASE("a frozen PCP process keeps no monitor beyond its timeout and is no failure") {
    Pgpool pgpool;
    pgpool.start();
    pid_t pcp = 0;
    REQUIRE(eventually([&] {
        for (const auto pid : pgpool.family())
            if (arguments_of(pid).front().starts_with("pgpool: PCP:")) pcp = pid;
        return pcp != 0;
    }));
    ::kill(pcp, SIGSTOP);
    auto quickly = level_10;
    quickly["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    const auto answer = pgpool.act("monitor", quickly);
    ::kill(pcp, SIGCONT);
    CHECK(answer.code == ExitCode::success);
    CHECK_THAT(answer.reason, Contains("PCP gave no answer in time"));
}

}  // namespace ra::test
