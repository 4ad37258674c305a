#include "os/user.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace ra {

namespace {

// Asks in a thread of its own, because nothing interrupts the C library's question. One that is late is left behind,
// and ends with the process.
template <typename Found>
Result<Found> ask_within(Deadline deadline, const std::string& name, Result<Found> (*ask)(const std::string&)) {
    std::promise<Result<Found>> promise;
    auto answer = promise.get_future();
    try {
        std::thread([ask, name, promise = std::move(promise)]() mutable { promise.set_value(ask(name)); }).detach();
    } catch (const std::system_error& failure) {
        return system_error("look up the user", name, failure.code().value());
    }
    if (answer.wait_for(deadline.remaining()) == std::future_status::ready) return answer.get();
    return Error{fmt::format("cannot look up the user '{}': no answer in time", name), ETIMEDOUT};
}

Result<SystemUser> ask_for_account(const std::string& name) {
    struct passwd entry {};
    struct passwd* found = nullptr;
    std::vector<char> buffer(16384);
    const int failure = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failure != 0) return system_error("look up the user", name, failure);
    if (found == nullptr) return Error{fmt::format("cannot find the user '{}' on this system", name), ENOENT};
    return SystemUser{name, entry.pw_uid, entry.pw_gid, {}, entry.pw_dir};
}

using Groups = std::vector<gid_t>;

// Without the one of the account itself.
Result<Groups> ask_for_groups(const std::string& name) {
    constexpr auto none = static_cast<gid_t>(-1);
    int count = 64;
    Groups groups(static_cast<std::size_t>(count));
    while (::getgrouplist(name.c_str(), none, groups.data(), &count) < 0)
        groups.resize(static_cast<std::size_t>(count));
    groups.resize(static_cast<std::size_t>(count));
    std::erase(groups, none);
    return groups;
}

Groups groups_in_file(const std::string& name) {
    Groups groups;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/group", "re"), &std::fclose);
    while (const auto* group = file ? ::fgetgrent(file.get()) : nullptr)
        for (char** member = group->gr_mem; *member != nullptr; ++member)
            if (name == *member) groups.push_back(group->gr_gid);
    return groups;
}

[[noreturn]] void fail_to_switch(const std::string& user) {
    throw std::runtime_error(fmt::format("cannot act as user '{}': {}", user, std::strerror(errno)));
}

}  // namespace

Result<SystemUser> find_account(const std::string& name, Deadline deadline) {
    return ask_within(deadline, name, &ask_for_account);
}

Result<SystemUser> find_user(const std::string& name, Deadline deadline) {
    auto user = find_account(name, deadline);
    if (!user) return user;
    const auto asked = ask_within(deadline, name, &ask_for_groups);
    if (!asked) user->other_groups = asked.error().message;
    user->groups = asked ? *asked : groups_in_file(name);
    user->groups.push_back(user->gid);
    return user;
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
