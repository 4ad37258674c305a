#include "tests/support/servers_directory.h"

#include <pwd.h>
#include <unistd.h>

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

ServersDirectory::ServersDirectory() { give_to_servers(path()); }

std::filesystem::path ServersDirectory::write(const std::filesystem::path& name, std::string_view content) const {
    auto file = TemporaryDirectory::write(name, content);
    give_to_servers(file);
    return file;
}

std::set<std::string> ServersDirectory::names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path())) names.insert(entry.path().filename());
    return names;
}

}  // namespace ra::test
