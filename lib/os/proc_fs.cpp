#include "os/proc_fs.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>

#include "base/files.h"
#include "base/text.h"

namespace ra {

namespace {

constexpr std::size_t file_limit = std::size_t{4} << 20;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// The names in a directory, without those that start with a dot.
Result<std::vector<std::string>> names_in(const std::filesystem::path& path) {
    const Directory directory(::opendir(path.c_str()));
    if (!directory) return system_error("list", path.native(), errno);
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const auto* entry = ::readdir(directory.get());
        if (entry == nullptr && errno != 0) return system_error("list", path.native(), errno);
        if (entry == nullptr) return names;
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
}

std::string without_suffix(std::string text, std::string_view suffix) {
    if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
    return text;
}

}  // namespace

Result<ProcessStat> parse_stat(std::string_view content) {
    const Error unusable{fmt::format("cannot read a process's stat: '{}'", one_line(content, 60))};
    // The name is between the first '(' and the last ')': it may hold blanks and parentheses itself.
    const auto open = content.find('(');
    const auto close = content.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return unusable;
    const auto pid = parse_number<pid_t>(trim(content.substr(0, open)));
    const auto rest = split_words(content.substr(close + 1));
    constexpr std::size_t state = 0, parent = 1, session = 3, start_time = 19;
    if (!pid || rest.size() <= start_time || rest[state].size() != 1) return unusable;
    const auto parent_pid = parse_number<pid_t>(rest[parent]);
    const auto session_id = parse_number<pid_t>(rest[session]);
    const auto started = parse_number<std::uint64_t>(rest[start_time]);
    if (!parent_pid || !session_id || !started) return unusable;
    return ProcessStat{{*pid, *started},
                       std::string(content.substr(open + 1, close - open - 1)),
                       rest[state][0],
                       *parent_pid,
                       *session_id};
}

Result<FileId> file_id(const std::filesystem::path& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return system_error("inspect", path.native(), errno);
    return FileId{about.st_dev, about.st_ino};
}

bool is_denied(const Error& error) { return error.number == EACCES || error.number == EPERM; }

bool vanished(const Error& error) { return error.number == ENOENT || error.number == ESRCH; }

Result<std::string> ProcFs::read(pid_t pid, const char* file) const {
    return read_file(root_ / std::to_string(pid) / file, file_limit);
}

Result<std::filesystem::path> ProcFs::link(const std::string& below_root) const {
    const auto path = root_ / below_root;
    char target[PATH_MAX];
    const auto length = ::readlink(path.c_str(), target, sizeof target);
    if (length < 0) return system_error("read the link", path.native(), errno);
    return std::filesystem::path(std::string(target, static_cast<std::size_t>(length)));
}

Result<std::vector<pid_t>> ProcFs::pids() const {
    const auto names = names_in(root_);
    if (!names) return names.error();
    std::vector<pid_t> pids;
    for (const auto& name : *names)
        if (const auto pid = parse_number<pid_t>(name)) pids.push_back(*pid);
    return pids;
}

Result<ProcessStat> ProcFs::stat(pid_t pid) const {
    const auto content = read(pid, "stat");
    if (!content) return content.error();
    return parse_stat(*content);
}

Result<uid_t> ProcFs::owner(pid_t pid) const {
    const auto path = root_ / std::to_string(pid);
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return system_error("inspect", path.native(), errno);
    return about.st_uid;
}

Result<std::vector<std::string>> ProcFs::arguments(pid_t pid) const {
    auto content = read(pid, "cmdline");
    if (!content) return content.error();
    // A title is padded with NULs to the old length; real arguments end with exactly one.
    while (!content->empty() && content->back() == '\0') content->pop_back();
    std::vector<std::string> arguments;
    for (const auto argument : split(*content, '\0')) arguments.emplace_back(argument);
    return arguments;
}

Result<std::filesystem::path> ProcFs::executable(pid_t pid) const {
    const auto target = link(fmt::format("{}/exe", pid));
    if (!target) return target.error();
    return std::filesystem::path(without_suffix(target->native(), " (deleted)"));
}

Result<FileId> ProcFs::executable_file(pid_t pid) const { return file_id(root_ / std::to_string(pid) / "exe"); }

Result<FileId> ProcFs::file_seen_by(pid_t pid, const std::filesystem::path& path) const {
    return file_id(root_ / std::to_string(pid) / "root" / path.relative_path());
}

Result<Namespaces> ProcFs::namespaces(pid_t pid) const {
    const auto mount = link(fmt::format("{}/ns/mnt", pid));
    if (!mount) return mount.error();
    const auto network = link(fmt::format("{}/ns/net", pid));
    if (!network) return network.error();
    return Namespaces{mount->native(), network->native()};
}

Result<Namespaces> ProcFs::own_namespaces() const {
    const auto mount = link("self/ns/mnt");
    if (!mount) return mount.error();
    const auto network = link("self/ns/net");
    if (!network) return network.error();
    return Namespaces{mount->native(), network->native()};
}

Result<std::vector<pid_t>> ProcFs::children(pid_t pid) const {
    const auto content = read(pid, fmt::format("task/{}/children", pid).c_str());
    if (!content) return content.error();
    std::vector<pid_t> children;
    for (const auto& word : split_words(*content))
        if (const auto child = parse_number<pid_t>(word)) children.push_back(*child);
    return children;
}

Result<std::vector<ProcFs::OpenSocket>> ProcFs::open_sockets(pid_t pid) const {
    const auto directory = fmt::format("{}/fd", pid);
    const auto names = names_in(root_ / directory);
    if (!names) return names.error();
    constexpr std::string_view prefix = "socket:[";
    std::vector<OpenSocket> found;
    for (const auto& name : *names) {
        const auto target = link(fmt::format("{}/{}", directory, name));
        if (!target) continue;  // closed meanwhile
        std::string_view text = target->native();
        if (!text.starts_with(prefix) || !text.ends_with(']')) continue;
        text = text.substr(prefix.size(), text.size() - prefix.size() - 1);
        const auto inode = parse_number<ino_t>(text);
        if (inode) found.push_back({parse_number<int>(name).value_or(-1), *inode});
    }
    return found;
}

Result<std::vector<ino_t>> ProcFs::sockets(pid_t pid) const {
    const auto found = open_sockets(pid);
    if (!found) return found.error();
    std::vector<ino_t> inodes;
    for (const auto& socket : *found) inodes.push_back(socket.inode);
    return inodes;
}

Result<std::optional<int>> ProcFs::descriptor_of(pid_t pid, ino_t socket) const {
    const auto found = open_sockets(pid);
    if (!found) return found.error();
    for (const auto& candidate : *found)
        if (candidate.inode == socket) return std::optional(candidate.descriptor);
    return std::optional<int>();
}

Result<std::vector<int>> ProcFs::shared_memory(pid_t pid) const {
    const auto content = read(pid, "maps");
    if (!content) return content.error();
    std::vector<int> ids;
    for (const auto line : split(*content, '\n')) {
        // address perms offset dev inode path; the inode column of a System V segment is its id
        const auto words = split_words(line);
        if (words.size() < 6 || !words[5].starts_with("/SYSV")) continue;
        const auto id = parse_number<int>(words[4]);
        if (id && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
    }
    return ids;
}

}  // namespace ra
