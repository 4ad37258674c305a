#include "os/user.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace ra {

namespace {

struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home;
};

Result<Account> find_account(const std::string& name) {
    struct passwd entry {};
    struct passwd* found = nullptr;
    std::vector<char> buffer(16384);
    const int failure = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failure != 0) return system_error("look up the user", name, failure);
    if (found == nullptr) return Error{fmt::format("cannot find the user '{}' on this system", name), ENOENT};
    return Account{entry.pw_uid, entry.pw_gid, entry.pw_dir};
}

[[noreturn]] void fail_to_switch(const std::string& user) {
    throw std::runtime_error(fmt::format("cannot act as user '{}': {}", user, std::strerror(errno)));
}

}  // namespace

Result<SystemUser> find_user(const std::string& name) {
    const auto account = find_account(name);
    if (!account) return account.error();
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (::getgrouplist(name.c_str(), account->gid, groups.data(), &count) < 0)
        groups.resize(static_cast<std::size_t>(count));
    groups.resize(static_cast<std::size_t>(count));
    return SystemUser{name, account->uid, account->gid, std::move(groups), account->home};
}

Result<uid_t> find_uid(const std::string& name) {
    const auto account = find_account(name);
    if (!account) return account.error();
    return account->uid;
}

Status make_directory_of(const std::filesystem::path& file, const SystemUser& owner) {
    const auto directory = file.parent_path();
    constexpr mode_t mode = 0755;
    {
        const ActingAs acting(owner);
        if (::mkdir(directory.c_str(), mode) == 0 || errno == EEXIST) return Done{};
        if (errno != EACCES) return system_error("create the directory", directory.native(), errno);
    }
    // Only where the owner may write nothing: nobody with its rights can put another file in this place meanwhile.
    if (::mkdir(directory.c_str(), mode) != 0 || ::lchown(directory.c_str(), owner.uid, owner.gid) != 0)
        return system_error("create the directory", directory.native(), errno);
    return Done{};
}

bool may_inspect_processes_of(uid_t user) {
    if (user == ::geteuid()) return true;
    struct __user_cap_header_struct header {
        _LINUX_CAPABILITY_VERSION_3, 0
    };
    std::array<struct __user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) return true;  // not known: reading will tell
    return (sets[CAP_TO_INDEX(CAP_SYS_PTRACE)].effective & CAP_TO_MASK(CAP_SYS_PTRACE)) != 0;
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
        fail_to_switch(user.name);
    switched_ = true;
}

ActingAs::~ActingAs() {
    if (!switched_) return;
    if (::seteuid(0) != 0 || ::setegid(previous_gid_) != 0 ||
        ::setgroups(previous_groups_.size(), previous_groups_.data()) != 0)
        std::abort();
}

}  // namespace ra
