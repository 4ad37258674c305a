#include "observe/detachments.h"

#include <algorithm>
#include <optional>

#include "base/files.h"
#include "pgpool/detach_log.h"

namespace ra {

namespace {

bool is_down(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return node != nullptr && node->status == NodeStatus::down;
}

// The file that was written to last. The directory is pgpool's own: links in it are not followed.
std::filesystem::path newest_file(const std::filesystem::path& directory) {
    std::filesystem::path newest;
    std::filesystem::file_time_type latest{};
    std::error_code failed;
    std::filesystem::directory_iterator entries;
    if (directory.is_absolute()) entries = std::filesystem::directory_iterator(directory, failed);
    for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
        std::error_code gone;
        if (!std::filesystem::is_regular_file(entries->symlink_status(gone))) continue;
        const auto written = entries->last_write_time(gone);
        if (gone || (!newest.empty() && written <= latest)) continue;
        newest = entries->path();
        latest = written;
    }
    return newest;
}

}  // namespace

void look_for_detachers(RoleFacts& facts, const std::filesystem::path& log, const OwnLog& own) {
    constexpr std::size_t limit = 262144;
    if (std::ranges::none_of(facts.backends, is_down)) return;
    const auto file = own.directory.empty() ? log : newest_file(own.directory);
    const auto text = read_tail(file, 0, limit);
    if (!text) return;
    for (auto& backend : facts.backends)
        if (is_down(backend)) backend.detached_by = find_detacher(*text, backend.id);
}

}  // namespace ra
