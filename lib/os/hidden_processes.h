#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/proc_fs.h"

namespace ra {

// Whether a /proc with option hidepid leaves out processes of other users, for somebody with these groups and without
// the capability CAP_SYS_PTRACE: proc(5). `mountinfo` is /proc/self/mountinfo.
[[nodiscard]] bool hides_processes(std::string_view mountinfo, std::string_view mount_point,
                                   const std::vector<gid_t>& groups);

// An error if processes of `user` may be left out of the list of all: one that is not there has not ended then.
[[nodiscard]] Status sees_processes_of(uid_t user, const ProcFs& proc);

}  // namespace ra
