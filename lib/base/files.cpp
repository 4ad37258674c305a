#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

namespace ra {

namespace {

Result<UniqueFd> open_regular(const std::filesystem::path& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) return system_error("read", path.native(), errno);
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0) return system_error("read", path.native(), errno);
    if (S_ISDIR(about.st_mode)) return system_error("read", path.native(), EISDIR);
    if (!S_ISREG(about.st_mode))
        return Error{fmt::format("cannot read '{}': it is not a regular file", path.native()), EINVAL};
    return fd;
}

Result<std::string> read_up_to(const UniqueFd& fd, const std::filesystem::path& path, off_t offset, std::size_t limit) {
    std::string content;
    char buffer[16384];
    while (content.size() < limit) {
        const auto wanted = std::min(sizeof buffer, limit - content.size());
        const auto got = ::pread(fd.get(), buffer, wanted, offset + static_cast<off_t>(content.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", path.native(), errno);
        if (got == 0) break;
        content.append(buffer, static_cast<std::size_t>(got));
    }
    return content;
}

Status write_all(const UniqueFd& fd, std::string_view content, const std::string& name) {
    while (!content.empty()) {
        const auto written = ::write(fd.get(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("write", name, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return Done{};
}

Result<UniqueFd> locked(UniqueFd file, const std::string& name) {
    if (!file) return system_error("open", name, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return system_error("lock", name, errno);
    return file;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const auto fd = open_regular(path);
    if (!fd) return fd.error();
    auto content = read_up_to(*fd, path, 0, limit + 1);
    if (content && content->size() > limit)
        return Error{fmt::format("cannot read '{}': it is larger than {} bytes", path.native(), limit), EFBIG};
    return content;
}

Result<std::string> read_tail(const std::filesystem::path& path, off_t offset, std::size_t limit) {
    const auto fd = open_regular(path);
    if (!fd) return fd.error();
    struct stat about {};
    if (::fstat(fd->get(), &about) != 0) return system_error("read", path.native(), errno);
    const auto earliest = about.st_size - static_cast<off_t>(limit);
    return read_up_to(*fd, path, std::max(offset, earliest), limit);
}

Result<UniqueFd> open_existing_private_directory(const std::filesystem::path& path) {
    UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) return system_error("open the directory", path.native(), errno);
    struct stat about {};
    if (::fstat(directory.get(), &about) != 0) return system_error("open the directory", path.native(), errno);
    if (about.st_uid != ::geteuid() || (about.st_mode & 0077) != 0)
        return Error{
            fmt::format("cannot use the directory '{}': owner {} and mode {:04o} (expected owner {} and mode 0700)",
                        path.native(), about.st_uid, about.st_mode & 07777, ::geteuid()),
            EPERM};
    return directory;
}

Result<UniqueFd> open_private_directory(const std::filesystem::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return system_error("create the directory", path.native(), errno);
    return open_existing_private_directory(path);
}

Result<UniqueFd> open_locked(const UniqueFd& directory, const std::string& name) {
    return locked(UniqueFd(::openat(directory.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)),
                  name);
}

Result<UniqueFd> lock_existing(const std::filesystem::path& path) {
    return locked(UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)), path.native());
}

Status replace_file(const UniqueFd& directory, const std::string& name, std::string_view content,
                    const FileAccess& access) {
    const auto temporary = fmt::format(".{}.{}", name, ::getpid());
    ::unlinkat(directory.get(), temporary.c_str(), 0);
    UniqueFd fd(
        ::openat(directory.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return system_error("create", temporary, errno);
    auto status = write_all(fd, content, name);
    if (status &&
        (::fchown(fd.get(), static_cast<uid_t>(-1), access.group) != 0 || ::fchmod(fd.get(), access.mode) != 0))
        status = system_error("set the owner of", name, errno);
    if (status && ::renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) != 0)
        status = system_error("replace", name, errno);
    if (!status) ::unlinkat(directory.get(), temporary.c_str(), 0);
    return status;
}

Status overwrite_file(const UniqueFd& directory, const std::string& name, std::string_view content) {
    const UniqueFd fd(::openat(directory.get(), name.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return system_error("open", name, errno);
    auto status = write_all(fd, content, name);
    if (status && ::ftruncate(fd.get(), static_cast<off_t>(content.size())) != 0)
        status = system_error("write", name, errno);
    return status;
}

}  // namespace ra
