#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ra {

// An account of this system, with all that a process needs to become it.
struct SystemUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
    std::filesystem::path home;
};

// An unknown name is an error with number ENOENT.
[[nodiscard]] Result<SystemUser> find_user(const std::string& name);

// As long as it lives, files are opened with the rights of `user` and not with those of root: a path that leads where
// the user may not go is refused. Does nothing for a process that is not root.
class ActingAs {
 public:
    explicit ActingAs(const SystemUser& user);
    ~ActingAs();
    ActingAs(const ActingAs&) = delete;
    ActingAs& operator=(const ActingAs&) = delete;

 private:
    bool switched_ = false;
    gid_t previous_gid_ = 0;
    std::vector<gid_t> previous_groups_;
};

}  // namespace ra
