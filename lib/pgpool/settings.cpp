#include "pgpool/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "ocf/defaults.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr int most_backends = 128;  // MAX_NUM_BACKENDS
constexpr std::uint16_t default_backend_port = 5432;
constexpr int highest_port = 65535;

// convert_to_base_unit() of pgpool's src/config/pool_config_variables.c, for a parameter in seconds.
constexpr std::array units{DurationUnit{"", 1s},      DurationUnit{"ms", 1ms}, DurationUnit{"s", 1s},
                           DurationUnit{"min", 1min}, DurationUnit{"h", 1h},   DurationUnit{"d", 24h}};

// As pgpool reads a number: blanks around it, octal and hexadecimal as in C, a fraction is rounded.
std::optional<double> parse_pgpool_number(const std::string& text) {
    char* end = nullptr;
    auto number = static_cast<double>(std::strtol(text.c_str(), &end, 0));
    if (*end == '.' || *end == 'e' || *end == 'E') number = std::strtod(text.c_str(), &end);
    if (end == text.c_str() || !trim(end).empty()) return std::nullopt;
    return std::rint(number);
}

Result<std::uint16_t> read_port(const PgpoolConf& conf, std::string_view name, std::uint16_t fallback) {
    const auto* value = conf.find(name);
    if (value == nullptr) return fallback;
    constexpr int lowest = 1024;
    const auto number = parse_pgpool_number(*value);
    if (!number || !(*number >= lowest && *number <= highest_port))
        return Error{fmt::format("cannot use {} '{}' in '{}' (expected {} to {})", name, one_line(*value, 20),
                                 conf.file().native(), lowest, highest_port),
                     EINVAL};
    return static_cast<std::uint16_t>(*number);
}

std::vector<std::string> read_list(std::string_view value) {
    std::vector<std::string> items;
    for (const auto item : split(value, ','))
        if (const auto name = trim(item); !name.empty()) items.emplace_back(name);
    return items;
}

using Directories = std::vector<std::filesystem::path>;

Directories read_directories(std::string_view value) {
    const auto items = read_list(value);
    return {items.begin(), items.end()};
}

// socket_dir became unix_socket_directories in 4.4; each version ignores the other's name. Before pgpool runs nothing
// tells its version: where both are named, the sockets may be in the directories of either.
Directories socket_directories(const PgpoolConf& conf) {
    const auto* older = conf.find("socket_dir");
    const auto* newer = conf.find("unix_socket_directories");
    if (newer == nullptr) return read_directories(conf.text("socket_dir", defaults::socket_dir));
    auto directories = read_directories(*newer);
    if (older == nullptr) return directories;
    for (auto& directory : read_directories(*older))
        if (std::ranges::find(directories, directory) == directories.end()) directories.push_back(std::move(directory));
    return directories;
}

std::uint16_t backend_port(const PgpoolConf& conf, int id) {
    const auto number = parse_pgpool_number(conf.text(fmt::format("backend_port{}", id), ""));
    if (!number || !(*number >= 1 && *number <= highest_port)) return default_backend_port;
    return static_cast<std::uint16_t>(*number);
}

bool is_always_primary(const PgpoolConf& conf, int id) {
    const auto flags = conf.text(fmt::format("backend_flag{}", id), "");
    return std::ranges::any_of(split(flags, '|'), [](auto flag) { return trim(flag) == "ALWAYS_PRIMARY"; });
}

std::vector<BackendAddress> configured_backends(const PgpoolConf& conf) {
    std::vector<BackendAddress> backends;
    for (int id = 0; id < most_backends; ++id)
        if (const auto* host = conf.find(fmt::format("backend_hostname{}", id)))
            backends.push_back({id, *host, backend_port(conf, id), is_always_primary(conf, id),
                                conf.text(fmt::format("backend_data_directory{}", id), "")});
    return backends;
}

// backend_clustering_mode from 4.2 on; before that two parameters, of which the second has "stream" as its default.
bool has_streaming_replication(const PgpoolConf& conf) {
    if (const auto* mode = conf.find("backend_clustering_mode")) return *mode == "streaming_replication";
    return !is_on(conf.text("replication_mode", "off")) && !is_on(conf.text("native_replication", "off")) &&
           conf.text("master_slave_sub_mode", "stream") == "stream";
}

// As pgpool names it in its directory: work_dir from 4.7 on, logdir before. A relative place is not known.
std::filesystem::path status_file(const PgpoolConf& conf) {
    const auto directory = conf.text("work_dir", conf.text("logdir", defaults::log_directory));
    return directory.starts_with('/') ? std::filesystem::path(directory) / "pgpool_status" : std::filesystem::path();
}

// The collector catches what goes to the standard error, from 4.2 on.
OwnLog own_log(const PgpoolConf& conf) {
    const auto destinations = read_list(conf.text("log_destination", "stderr"));
    const auto goes_to = [&](std::string_view name) {
        return std::ranges::find(destinations, name) != destinations.end();
    };
    const bool is_collected = is_on(conf.text("logging_collector", "off")) && goes_to("stderr");
    return {goes_to("syslog"), is_collected ? conf.text("log_directory", "/tmp/pgpool_logs") : ""};
}

// sr_check_password may be empty (then pool_passwd counts), hashed or encrypted: none of these can be sent.
std::string plain_password(const std::string& password) {
    if (password.starts_with("AES") || password.starts_with("md5")) return {};
    constexpr std::string_view marked_as_plain = "TEXT";
    return password.starts_with(marked_as_plain) ? password.substr(marked_as_plain.size()) : password;
}

}  // namespace

Result<Endpoints> endpoints(const PgpoolConf& conf) {
    constexpr std::uint16_t default_port = 9999;
    constexpr std::uint16_t default_pcp_port = 9898;
    const auto port = read_port(conf, "port", default_port);
    if (!port) return port.error();
    const auto pcp_port = read_port(conf, "pcp_port", default_pcp_port);
    if (!pcp_port) return pcp_port.error();
    return Endpoints{
        .port = *port,
        .pcp_port = *pcp_port,
        .listen_addresses = read_list(conf.text("listen_addresses", "localhost")),
        .socket_directories = socket_directories(conf),
        .pcp_socket_directories = read_directories(conf.text("pcp_socket_dir", defaults::socket_dir)),
        .pid_file = conf.file().parent_path() / conf.text("pid_file_name", defaults::pid_file_name),
        // Up to 4.1 the default was "*", which includes it.
        .pcp_listen_addresses = read_list(conf.text("pcp_listen_addresses", "localhost")),
    };
}

PgpoolSettings read_settings(const PgpoolConf& conf) {
    constexpr auto default_search = 5min;
    PgpoolSettings settings;
    settings.endpoints = endpoints(conf);
    settings.backends = configured_backends(conf);
    settings.has_streaming_replication = has_streaming_replication(conf);
    settings.has_follow_primary_command =
        !conf.text("follow_primary_command", "").empty() || !conf.text("follow_master_command", "").empty();
    settings.failover_command = conf.text("failover_command", "");
    settings.has_watchdog = is_on(conf.text("use_watchdog", "off"));
    settings.detach_false_primary = is_on(conf.text("detach_false_primary", "off"));
    settings.search_primary_node_timeout =
        parse_duration(conf.text("search_primary_node_timeout", ""), units).value_or(default_search);
    settings.status_file = status_file(conf);
    settings.own_log = own_log(conf);
    settings.sr_check_user = conf.text("sr_check_user", "");
    settings.sr_check_database = conf.text("sr_check_database", "");
    settings.sr_check_password = plain_password(conf.text("sr_check_password", ""));
    return settings;
}

Result<PgpoolSettings> read_settings(const std::filesystem::path& file) {
    const auto conf = PgpoolConf::read(file);
    if (!conf) return conf.error();
    return read_settings(*conf);
}

}  // namespace ra
