#include "facts/settings.h"

#include <fmt/format.h>

namespace ra {

namespace {

std::vector<std::filesystem::path> socket_files(const std::vector<std::filesystem::path>& directories,
                                                std::uint16_t port) {
    std::vector<std::filesystem::path> files;
    for (const auto& directory : directories) files.push_back(directory / fmt::format(".s.PGSQL.{}", port));
    return files;
}

}  // namespace

std::vector<std::filesystem::path> Endpoints::service_sockets() const { return socket_files(socket_directories, port); }

std::vector<std::filesystem::path> Endpoints::pcp_sockets() const {
    return socket_files(pcp_socket_directories, pcp_port);
}

std::string OwnLog::place() const {
    if (!directory.empty()) return fmt::format("log_directory '{}'", directory.native());
    return is_syslog ? "syslog (log_destination)" : "";
}

}  // namespace ra
