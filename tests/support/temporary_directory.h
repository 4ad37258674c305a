#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace ra::test {

// Empty for a file that cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

// A directory below /tmp that everybody may enter and that belongs to the account of pgpool and PostgreSQL; it is
// removed with all that is in it.
class TemporaryDirectory {
 public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    // The file belongs to that account too.
    std::filesystem::path write(const std::string& name, std::string_view content) const;

    [[nodiscard]] std::set<std::string> names() const;

 private:
    std::filesystem::path path_;
};

}  // namespace ra::test
