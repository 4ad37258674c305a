#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/impatient_pgpool.h"
#include "tests/support/namespace_holder.h"

namespace ra::test {

namespace {

constexpr const char* address = "127.0.53.53";

// Takes questions and never answers.
UniqueFd silent_name_server() {
    UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    struct sockaddr_in where {};
    where.sin_family = AF_INET;
    where.sin_port = htons(53);
    REQUIRE(::inet_pton(AF_INET, address, &where.sin_addr) == 1);
    REQUIRE(::bind(socket.get(), reinterpret_cast<const struct sockaddr*>(&where), sizeof where) == 0);
    return socket;
}

// A pgpool whose agent asks that name server, and nobody else does.
class PgpoolWithSilentNameServer : public Pgpool {
 public:
    PgpoolWithSilentNameServer() : mounts_(NamespaceHolder::with_own_mounts()) {
        const auto file = directory().write("resolv.conf", std::string("nameserver ") + address + "\n");
        output_of(mounts_.inside({"mount", "--bind", file, "/etc/resolv.conf"}));
        runner = mounts_.inside({});
    }

 private:
    UniqueFd server_ = silent_name_server();
    NamespaceHolder mounts_;
};

}  // namespace

TEST_CASE("a name server that says nothing costs the backend that it is asked for, and no other one") {
    PgpoolWithSilentNameServer pgpool;
    pgpool.configure("backend_hostname1 = 'db-c.example.com'");
    pgpool.configure("backend_port1 = 5432");
    pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "60000";
    pgpool.start();
    const auto answer = pgpool.act("monitor", level_10);
    CHECK(answer.code == ExitCode::degraded);
    CHECK_THAT(answer.reason, Catch::StartsWith("node 1 (db-c.example.com:5432)") &&
                                  Catch::Contains("gave no answer in time") && !Catch::Contains("node 0"));
}

}  // namespace ra::test
