#include "tests/support/impatient_pgpool.h"

#include "tests/support/catch.h"
#include "tests/support/eventually.h"

namespace ra::test {

namespace {

std::vector<Backend> backends_of(const ReplicatedServers& servers) {
    std::vector<Backend> backends;
    for (std::size_t number = 0; number < servers.count(); ++number)
        backends.push_back({"127.0.0.1", servers.port(number)});
    return backends;
}

}  // namespace

const Variables level_10{{"OCF_CHECK_LEVEL", "10"},
                         {"OCF_RESKEY_crm_feature_set", ""},
                         {"OCF_RESKEY_CRM_meta_interval", "30000"},
                         {"OCF_RESKEY_CRM_meta_timeout", "40000"}};

const Variables under_pacemaker = [] {
    auto variables = level_10;
    variables["OCF_RESKEY_crm_feature_set"] = "3.16.2";
    return variables;
}();

ImpatientPgpool::ImpatientPgpool(const ReplicatedServers& servers) : Pgpool(backends_of(servers)) {
    configure("search_primary_node_timeout = 1");
    configure("health_check_period = 1");
    configure("failover_on_backend_error = on");
    environment["OCF_RESKEY_CRM_meta_timeout"] = "40000";
}

void ImpatientPgpool::look_away() const {
    configure("health_check_period = 3600");
    configure("failover_on_backend_error = off");
}

void make_roles_stale(ReplicatedServers& servers, const ImpatientPgpool& pgpool, const std::string& stale) {
    REQUIRE(eventually([&] { return pgpool.roles().starts_with("0 up primary"); }, 30s));
    servers.stop(0);
    REQUIRE(pgpool.says(stale));
    servers.promote(1);
    REQUIRE(pgpool.roles() == stale);
}

void make_status_file_stale(ReplicatedServers& servers, ImpatientPgpool& pgpool) {
    pgpool.start();
    REQUIRE(pgpool.says("0 up primary, 1 up standby"));
    pgpool.pcp("pcp_detach_node", {"-n", "1"});
    REQUIRE(pgpool.says("0 up primary, 1 down standby"));
    pgpool.stop();
    REQUIRE(read_text(pgpool.directory().path() / "pgpool_status") == "up\ndown\n");
    servers.switch_over(0, 1);
}

}  // namespace ra::test
