#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace ra {

// The content of a file of at most `limit` bytes; a larger file is an error. Never waits: a FIFO or a device is an
// error too. Kernel files (/proc) whose stated size is 0 are read to their end.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

// The end of a growing file, from `offset` on and at most `limit` bytes of it.
[[nodiscard]] Result<std::string> read_tail(const std::filesystem::path& path, off_t offset, std::size_t limit);

// A directory that only root can enter, made when missing. An existing one that is a link, or that belongs to
// somebody else or is open to others, is an error: what is written there decides what is signalled.
[[nodiscard]] Result<UniqueFd> open_private_directory(const std::filesystem::path& path);
// The same, but a missing one is an error with number ENOENT.
[[nodiscard]] Result<UniqueFd> open_existing_private_directory(const std::filesystem::path& path);

// A file of `directory` that one process at a time holds, as long as the descriptor lives; made when missing. Does not
// wait: one that is held is an error with number EWOULDBLOCK.
[[nodiscard]] Result<UniqueFd> open_locked(const UniqueFd& directory, const std::string& name);

// The same for a file that is there already, whatever it is for; it is not written to.
[[nodiscard]] Result<UniqueFd> lock_existing(const std::filesystem::path& path);

// Who may read a file.
struct FileAccess {
    mode_t mode = 0600;
    gid_t group = static_cast<gid_t>(-1);  // -1: that of the process
};

// Writes over a file that is there, within the space that it has: the way that is left where a disk is full. Whoever
// reads it meanwhile may see both contents mixed.
[[nodiscard]] Status overwrite_file(const UniqueFd& directory, const std::string& name, std::string_view content);

// Replaces `name` in `directory` as a whole or not at all: a reader sees the old content or the new one, and nobody
// sees it with more rights than `access`.
[[nodiscard]] Status replace_file(const UniqueFd& directory, const std::string& name, std::string_view content,
                                  const FileAccess& access = {});

}  // namespace ra
