#include "tests/support/temporary_directory.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ra::test {

namespace {

void give_to_servers(const std::filesystem::path& path) {
    const auto* account = ::getpwnam(PGPOOL_ACCOUNT);
    if (account == nullptr) throw std::runtime_error("these tests need the system user " PGPOOL_ACCOUNT);
    if (::chown(path.c_str(), account->pw_uid, account->pw_gid) != 0)
        throw std::runtime_error("these tests need root: cannot give '" + path.native() + "' to " PGPOOL_ACCOUNT);
}

}  // namespace

std::string read_text(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(text).str();
}

TemporaryDirectory::TemporaryDirectory() {
    std::string name = "/tmp/pgpool-agent-test.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory below /tmp");
    path_ = name;
    std::filesystem::permissions(path_, std::filesystem::perms{0755});
    give_to_servers(path_);
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::write(const std::string& name, std::string_view content) const {
    auto file = path_ / name;
    std::ofstream(file, std::ios::binary) << content;
    give_to_servers(file);
    return file;
}

std::set<std::string> TemporaryDirectory::names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) names.insert(entry.path().filename());
    return names;
}

}  // namespace ra::test
