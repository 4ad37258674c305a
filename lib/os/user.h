#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "facts/host.h"

namespace ra {

// The account without its groups. A directory service may be asked, and one behind a lost network gives no answer: that
// is an error with number ETIMEDOUT at the deadline. An unknown name is one with number ENOENT.
[[nodiscard]] Result<SystemUser> find_account(const std::string& name, Deadline deadline);
// The account with all its groups. For these a directory service is asked also where it does not have the account:
// where it gives no answer, those of /etc/group count.
[[nodiscard]] Result<SystemUser> find_user(const std::string& name, Deadline deadline);

// Makes the directory that `file` is to be in where only that one is missing: of `owner` and of mode 0755, as pgpool's
// packages make it. One that is there stays as it is.
[[nodiscard]] Status make_directory_of(const std::filesystem::path& file, const SystemUser& owner);

// Whether the kernel shows us the executable, the sockets and the namespaces of processes of this user: root of a
// container may lack the capability for it.
[[nodiscard]] bool may_inspect_processes_of(uid_t user);

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
