#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/observed.h"

namespace ra {

// An account of this system, with all that a process needs to become it.
struct SystemUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
    std::filesystem::path home;
    std::string other_groups{};  // why it may have more groups; empty if all are known
};

// A file that a parameter names, seen with the rights of the user that runs pgpool.
struct FileFacts {
    int failure = 0;  // errno of the attempt to use it as intended, 0: it can be used
    bool is_directory = false;
    bool is_regular = false;
    mode_t mode = 0;
};

// Why this host cannot ask pgpool for its nodes, whatever pgpool says; empty if nothing is in the way.
struct PcpMeans {
    std::string no_library;
    std::string no_account;  // none of the agent's own can be made, and no other is configured
};

// What this host has of what the parameters name.
struct HostFacts {
    Observed<SystemUser> user;
    FileFacts binary;
    FileFacts config;
    FileFacts pcp_config;
    FileFacts hba_config;
    FileFacts log;  // what it is made in, as long as the file or its directory does not exist
    FileFacts backend_passfile;
    FileFacts pcp_passfile;
    bool may_become_user = false;
    bool may_inspect_user = true;  // its processes: root may not without CAP_SYS_PTRACE
};

}  // namespace ra
