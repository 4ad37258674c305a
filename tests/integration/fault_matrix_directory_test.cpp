// Fault matrix: a directory service for users, groups and hosts gives no answer.

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"

namespace ra::test {

namespace {

using enum ExitCode;

// A directory service for users, groups and hosts that never answers, behind the files of this host.
template <typename Before>
struct SilentDirectory : Before {
    SilentDirectory() {
        auto& instance = this->pgpool;
        const auto file =
            instance.directory().write("nsswitch", "passwd: files silent\ngroup: files silent\nhosts: files silent\n");
        mounts.inside("mount --bind " + file.native() + " /etc/nsswitch.conf");
        instance.runner = mounts.runner({});
        instance.environment["LD_LIBRARY_PATH"] = SILENT_NSS_DIRECTORY;
    }
    OwnMounts mounts;
};

// Its user is known to nobody but that service.
template <typename Before>
struct UserOfSilentDirectory : SilentDirectory<Before> {
    UserOfSilentDirectory() { this->pgpool.environment["OCF_RESKEY_user"] = "somebody"; }
};

struct BackendOfSilentDirectory : SilentDirectory<Healthy> {
    BackendOfSilentDirectory() {
        pgpool.configure("backend_hostname1 = 'db-c.example.com'");
        pgpool.environment["OCF_RESKEY_CRM_meta_timeout"] = "8000";
    }
};

}  // namespace

TEST_CASE("fault matrix: a directory service gives no answer") {
    play("a directory service gives no answer", {{"it is asked for groups, of a stopped one",
                                                  put_up<SilentDirectory<State>>,
                                                  {
                                                      {"monitor 0", {not_running}},
                                                      {"probe", {not_running}},
                                                      {"validate-all 10", {success}},
                                                      {"start", {success}, "", "with the groups that this host knows"},
                                                      {"stop", {success}},
                                                  }},
                                                 {"it is asked for groups, of one that runs",
                                                  put_up<SilentDirectory<Healthy>>,
                                                  {
                                                      {"monitor 0", {success}},
                                                      {"monitor 10", {success}},
                                                      {"monitor 20", {success}},
                                                      {"promote", {success}},
                                                      {"demote", {success}},
                                                      {"explain", {success}},
                                                      {"start", {success}},
                                                      {"stop", {success}},
                                                  }},
                                                 {"it is asked for the user of a stopped one",
                                                  put_up<UserOfSilentDirectory<State>>,
                                                  {
                                                      {"monitor 0", {not_running}},
                                                      {"validate-all 10", {generic_error}, "no answer in time"},
                                                      {"start", {generic_error}, "no answer in time"},
                                                      {"stop", {success}},
                                                  }},
                                                 {"it is asked for the user of one that runs",
                                                  put_up<UserOfSilentDirectory<Healthy>>,
                                                  {
                                                      {"monitor 0", {success}},
                                                      {"monitor 10", {success}},
                                                      {"probe", {success}},
                                                      {"stop", {success}},
                                                  }},
                                                 {"it is asked for a backend",
                                                  put_up<BackendOfSilentDirectory>,
                                                  {
                                                      {"monitor 0", {success}},
                                                      {"monitor 10", {degraded}, "node 1 (db-c.example.com"},
                                                      {"monitor 20", {degraded}, "node 1 (db-c.example.com"},
                                                      {"promote", {success}},
                                                      {"stop", {success}},
                                                  }}});
}

}  // namespace ra::test
