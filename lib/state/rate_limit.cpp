#include "state/rate_limit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "base/files.h"
#include "base/text.h"
#include "os/boot_clock.h"

namespace ra {

namespace {

std::optional<std::chrono::seconds> last_turn(const UniqueFd& file) {
    std::array<char, 32> text{};
    const auto length = ::pread(file.get(), text.data(), text.size(), 0);
    if (length <= 0) return std::nullopt;
    const auto moment = parse_number<std::int64_t>({text.data(), static_cast<std::size_t>(length)});
    return moment ? std::optional(std::chrono::seconds(*moment)) : std::nullopt;
}

}  // namespace

Result<UniqueFd> claim_turn(const std::filesystem::path& directory, const std::string& name,
                            std::chrono::seconds interval) {
    const auto folder = open_private_directory(directory);
    if (!folder) return folder.error();
    auto file = open_locked(*folder, name);
    if (!file) return file;
    const auto now = seconds_since_boot();
    const auto last = last_turn(*file);
    // A moment that lies ahead is of an earlier boot: in a container the directory may outlive it.
    if (last && *last <= now && now < *last + interval)
        return Error{
            fmt::format("it was done {} seconds ago (expected at least {})", (now - *last).count(), interval.count()),
            EAGAIN};
    const auto text = std::to_string(now.count());
    const bool written = ::ftruncate(file->get(), 0) == 0 &&
                         ::pwrite(file->get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) return system_error("write", name, errno);
    return file;
}

}  // namespace ra
