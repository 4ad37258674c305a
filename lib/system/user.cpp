#include "system/user.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace ra {

Result<SystemUser> find_user(const std::string& name) {
    struct passwd entry {};
    struct passwd* found = nullptr;
    std::vector<char> buffer(16384);
    const int failure = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failure != 0) return system_error("look up the user", name, failure);
    if (found == nullptr) return Error{fmt::format("cannot find the user '{}' on this system", name), ENOENT};
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (::getgrouplist(name.c_str(), entry.pw_gid, groups.data(), &count) < 0)
        groups.resize(static_cast<std::size_t>(count));
    groups.resize(static_cast<std::size_t>(count));
    return SystemUser{name, entry.pw_uid, entry.pw_gid, std::move(groups), entry.pw_dir};
}

ActingAs::ActingAs(const SystemUser& user) {
    if (::geteuid() != 0 || user.uid == 0) return;
    previous_gid_ = ::getegid();
    previous_groups_.resize(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    const int count = ::getgroups(static_cast<int>(previous_groups_.size()), previous_groups_.data());
    previous_groups_.resize(static_cast<std::size_t>(std::max(0, count)));
    // Root may always do this; going on with root's rights would be the worse failure.
    if (::setgroups(user.groups.size(), user.groups.data()) != 0 || ::setegid(user.gid) != 0 ||
        ::seteuid(user.uid) != 0)
        std::abort();
    switched_ = true;
}

ActingAs::~ActingAs() {
    if (!switched_) return;
    if (::seteuid(0) != 0 || ::setegid(previous_gid_) != 0 ||
        ::setgroups(previous_groups_.size(), previous_groups_.data()) != 0)
        std::abort();
}

}  // namespace ra
