#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ra {

// A directory of one test, removed with all that is in it. Everybody may enter it.
class TemporaryDirectory {
 public:
    TemporaryDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "pgpool-agent-test-XXXXXX").native();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary directory");
        path_ = pattern;
        std::filesystem::permissions(path_, std::filesystem::perms{0755});
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    // Writes a file, with the directories above it.
    std::filesystem::path write(const std::filesystem::path& name, std::string_view content) const {
        auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }

    std::filesystem::path link(const std::filesystem::path& name, const std::filesystem::path& target) const {
        auto link = path_ / name;
        std::filesystem::create_directories(link.parent_path());
        std::filesystem::create_symlink(target, link);
        return link;
    }

 private:
    std::filesystem::path path_;
};

}  // namespace ra

namespace ra::test {

// Empty for a file that cannot be read.
[[nodiscard]] inline std::string read_text(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(text).str();
}

}  // namespace ra::test
