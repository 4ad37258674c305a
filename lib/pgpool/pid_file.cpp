#include "pgpool/pid_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "base/text.h"

namespace ra {

Result<std::optional<PidFile>> read_pid_file(const std::filesystem::path& path) {
    constexpr std::size_t limit = 64;
    auto content = read_file(path, limit);
    if (!content && content.error().number == ENOENT) return std::optional<PidFile>();
    if (!content) return content.error();
    while (!content->empty() && (content->back() == '\0' || content->back() == '\n')) content->pop_back();
    if (content->empty()) return std::optional(PidFile{0});
    const auto pid = parse_number<pid_t>(*content);
    if (!pid || *pid <= 0)
        return Error{fmt::format("cannot use the pid file '{}': it says '{}' (expected a pid)", path.native(),
                                 one_line(*content, 20)),
                     EINVAL};
    return std::optional(PidFile{*pid});
}

Status remove_pid_file(const std::filesystem::path& path) {
    const auto content = read_pid_file(path);
    if (!content) return content.error();
    if (*content && ::unlink(path.c_str()) != 0 && errno != ENOENT)
        return system_error("remove the pid file", path.native(), errno);
    return Done{};
}

}  // namespace ra
