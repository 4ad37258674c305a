#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/process.h"

namespace ra {

[[nodiscard]] Result<ProcessStat> parse_stat(std::string_view content);

// The namespaces that say whether a process shares our files and our ports.
struct Namespaces {
    std::string mount;
    std::string network;

    friend bool operator==(const Namespaces&, const Namespaces&) = default;
};

// Which file, whatever its name.
struct FileId {
    dev_t device = 0;
    ino_t inode = 0;

    friend bool operator==(const FileId&, const FileId&) = default;
};

// Of what the path leads to, through symbolic links.
[[nodiscard]] Result<FileId> file_id(const std::filesystem::path& path);

// Processes as /proc shows them. A process that ends while it is read gives an error with number ENOENT or
// ESRCH (see vanished()); any other error means that it is not known.
class ProcFs {
 public:
    explicit ProcFs(std::filesystem::path root = "/proc") : root_(std::move(root)) {}

    [[nodiscard]] Result<std::vector<pid_t>> pids() const;
    [[nodiscard]] Result<ProcessStat> stat(pid_t pid) const;
    [[nodiscard]] Result<uid_t> owner(pid_t pid) const;

    // The arguments as the process holds them now: pgpool's children write a title over theirs.
    [[nodiscard]] Result<std::vector<std::string>> arguments(pid_t pid) const;

    // The path of the executable, also after it was replaced on disk (without the kernel's " (deleted)").
    [[nodiscard]] Result<std::filesystem::path> executable(pid_t pid) const;

    // The executable as a file, also after it was renamed or removed.
    [[nodiscard]] Result<FileId> executable_file(pid_t pid) const;
    // What the absolute `path` leads to where the process lives.
    [[nodiscard]] Result<FileId> file_seen_by(pid_t pid, const std::filesystem::path& path) const;

    [[nodiscard]] Result<Namespaces> namespaces(pid_t pid) const;
    [[nodiscard]] Result<Namespaces> own_namespaces() const;

    // Direct children; an error where the kernel does not list them (CONFIG_PROC_CHILDREN).
    [[nodiscard]] Result<std::vector<pid_t>> children(pid_t pid) const;

    // Inodes of the sockets that the process holds open.
    [[nodiscard]] Result<std::vector<ino_t>> sockets(pid_t pid) const;

    // The descriptor by which the process holds this socket; nothing if it does not.
    [[nodiscard]] Result<std::optional<int>> descriptor_of(pid_t pid, ino_t socket) const;

    // Ids of the System V shared memory that the process has attached.
    [[nodiscard]] Result<std::vector<int>> shared_memory(pid_t pid) const;

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

 private:
    struct OpenSocket {
        int descriptor = -1;
        ino_t inode = 0;
    };
    [[nodiscard]] Result<std::vector<OpenSocket>> open_sockets(pid_t pid) const;
    [[nodiscard]] Result<std::string> read(pid_t pid, const char* file) const;
    [[nodiscard]] Result<std::filesystem::path> link(const std::string& below_root) const;

    std::filesystem::path root_;
};

[[nodiscard]] bool vanished(const Error& error);
// The kernel does not let us read it: without CAP_SYS_PTRACE root may read its own processes only.
[[nodiscard]] bool is_denied(const Error& error);

}  // namespace ra
