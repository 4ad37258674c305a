#include "observe/collected_log.h"

#include "base/files.h"

namespace ra {

namespace {

// The directory is pgpool's own: links in it are not followed.
std::map<std::filesystem::path, off_t> sizes_of_files(const std::filesystem::path& directory) {
    std::map<std::filesystem::path, off_t> sizes;
    std::error_code failed;
    std::filesystem::directory_iterator entries;
    if (directory.is_absolute()) entries = std::filesystem::directory_iterator(directory, failed);
    for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
        std::error_code gone;
        if (!std::filesystem::is_regular_file(entries->symlink_status(gone))) continue;
        const auto size = entries->file_size(gone);
        if (!gone) sizes.emplace(entries->path(), static_cast<off_t>(size));
    }
    return sizes;
}

}  // namespace

CollectedLog::CollectedLog(std::filesystem::path directory)
    : directory_(std::move(directory)), sizes_before_(sizes_of_files(directory_)) {}

std::string CollectedLog::written() const {
    constexpr std::size_t limit = 65536;
    std::string text;
    for (const auto& [file, size] : sizes_of_files(directory_)) {
        const auto known = sizes_before_.find(file);
        const auto before = known == sizes_before_.end() ? 0 : known->second;
        if (size <= before) continue;
        if (const auto tail = read_tail(file, before, limit)) text.append(*tail).append("\n");
    }
    return text;
}

}  // namespace ra
