#include "act/as_user.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/user.h"

namespace ra {

Result<LogFile> open_log_file(const std::filesystem::path& path, const SystemUser& user) {
    const ActingAs acting(user);
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    UniqueFd fd(::open(path.c_str(), flags, 0640));
    if (!fd) return system_error("write the log", path.native(), errno);
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0) return system_error("write the log", path.native(), errno);
    if (!S_ISREG(about.st_mode))
        return Error{fmt::format("cannot write the log '{}': it is not a regular file", path.native()), EINVAL};
    return LogFile{std::move(fd), about.st_size};
}

Variables environment_for(const Environment& environment, const SystemUser& user) {
    constexpr std::array private_prefixes{"OCF_", "__OCF_", "HA_", "PCMK_", "CRM_"};
    Variables variables;
    for (const auto& [name, value] : environment.variables())
        if (std::ranges::none_of(private_prefixes,
                                 [&name = name](const char* prefix) { return name.starts_with(prefix); }))
            variables.emplace(name, value);
    variables.insert_or_assign("HOME", user.home.native());
    variables.insert_or_assign("USER", user.name);
    variables.insert_or_assign("LOGNAME", user.name);
    return variables;
}

}  // namespace ra
