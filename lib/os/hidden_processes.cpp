#include "os/hidden_processes.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "base/text.h"
#include "os/user.h"

namespace ra {

namespace {

bool hide_processes(std::string_view options, const std::vector<gid_t>& groups) {
    constexpr std::string_view mode_option = "hidepid=", group_option = "gid=";
    std::string_view mode;
    gid_t group = 0;
    for (const auto option : split(options, ',')) {
        if (option.starts_with(mode_option)) mode = option.substr(mode_option.size());
        if (option.starts_with(group_option))
            group = parse_number<gid_t>(option.substr(group_option.size())).value_or(group);
    }
    if (mode.empty() || mode == "0" || mode == "off") return false;
    return mode == "4" || mode == "ptraceable" || std::ranges::find(groups, group) == groups.end();
}

std::vector<gid_t> own_groups() {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(0, count)));
    groups.push_back(::getegid());
    return groups;
}

}  // namespace

bool hides_processes(std::string_view mountinfo, std::string_view mount_point, const std::vector<gid_t>& groups) {
    constexpr std::size_t place = 4, least = 10;
    bool hides = false;
    for (const auto line : split(mountinfo, '\n')) {
        const auto words = split_words(line);
        if (words.size() < least || words[place] != mount_point) continue;
        hides = hide_processes(words.back(), groups);  // what was mounted there last counts
    }
    return hides;
}

Status sees_processes_of(uid_t user, const ProcFs& proc) {
    if (may_inspect_processes_of(user)) return Done{};
    constexpr std::size_t limit = std::size_t{16} << 20;
    const auto mounts = read_file(proc.root() / "self/mountinfo", limit);
    if (!mounts) return vanished(mounts.error()) ? Status(Done{}) : Status(mounts.error());
    if (!hides_processes(*mounts, proc.root().native(), own_groups())) return Done{};
    return Error{"cannot see every process: /proc hides some (hidepid), and the agent lacks CAP_SYS_PTRACE", EACCES};
}

}  // namespace ra
