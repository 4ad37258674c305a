// A pgpool that is started while a backend is lost: what its status file says decides how long it waits, and whether it
// fails over at all.

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/own_network.h"

namespace ra::test {

TEST_CASE("a start does not wait for a lost node where the primary is known") {
    const OwnNetwork network;
    ReplicatedServers servers(2);
    servers.stop(0);
    servers.promote(1);
    ImpatientPgpool pgpool(servers);
    pgpool.configure("backend_hostname0 = '127.0.0.2'");
    network.lose_what_goes_to("127.0.0.2");
    pgpool.start();
    // By itself pgpool would ask the lost node again and again until the kernel gives up, after two minutes.
    CHECK(pgpool.says("0 down standby, 1 up primary"));
    SqlClient client("127.0.0.1", pgpool.port());
    CHECK(client.query("SELECT pg_is_in_recovery()") == "f");
}

TEST_CASE("a start expects a lost node to be there where failover has to make the new primary") {
    ReplicatedServers servers(2);
    servers.stop(0);
    ImpatientPgpool pgpool(servers);
    const auto failed_over = pgpool.directory().path() / "failed-over";
    pgpool.configure("failover_command = 'touch " + failed_over.native() + "'");
    // From an earlier life, in which node 0 was down: pgpool would leave it at that.
    std::ofstream(pgpool.directory().path() / "pgpool_status") << "down\nup\n";
    pgpool.start();
    CHECK(eventually([&] { return std::filesystem::exists(failed_over); }, 30s));
}

}  // namespace ra::test
