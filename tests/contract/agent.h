#pragma once

#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/temporary_directory.h"

namespace ra {

// The agent as a black box, for a resource of its own of which nothing runs: every parameter names a file of this test.
class Agent : public TemporaryDirectory {
 public:
    Agent() {
        const auto passfile = write("pass", "*:*:*:agent:a password\n");
        std::filesystem::permissions(passfile, std::filesystem::perms{0600});
        environment = {{"OCF_RESOURCE_INSTANCE", path().filename()},
                       {"OCF_RESKEY_CRM_meta_timeout", "20000"},
                       {"OCF_RESKEY_binary", "/bin/false"},
                       {"OCF_RESKEY_config", write("pgpool.conf", "port = 45433\npcp_port = 45434\nsocket_dir = ''\n")},
                       {"OCF_RESKEY_pcp_config", write("pcp.conf", "")},
                       {"OCF_RESKEY_hba_config", write("pool_hba.conf", "")},
                       {"OCF_RESKEY_user", ::getpwuid(::geteuid())->pw_name},
                       {"OCF_RESKEY_log", path() / "pgpool.log"},
                       {"OCF_RESKEY_backend_passfile", passfile}};
    }

    test::Ended run(const std::string& action, const test::Variables& more = {}) const {
        return run_command({AGENT_PROGRAM, action}, more);
    }

    // A command that runs the agent in a way of its own, with the same environment.
    test::Ended run_command(const test::Words& command, test::Variables more = {}) const {
        more.insert(environment.begin(), environment.end());
        return test::run(command, more);
    }

    test::Variables environment;
};

// What Pacemaker takes for the reason of a failure.
inline std::vector<std::string> exit_reasons(const test::Ended& ended, const std::string& prefix = "ocf-exit-reason:") {
    std::vector<std::string> reasons;
    for (std::size_t begin = 0; begin < ended.err.size();) {
        const auto end = std::min(ended.err.find('\n', begin), ended.err.size());
        const auto line = ended.err.substr(begin, end - begin);
        if (line.starts_with(prefix)) reasons.push_back(line.substr(prefix.size()));
        begin = end + 1;
    }
    return reasons;
}

}  // namespace ra
