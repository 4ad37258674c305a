#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ra {

// Where a pgpool is reached, and which files it leaves behind.
struct Endpoints {
    std::uint16_t port = 0;
    std::uint16_t pcp_port = 0;
    std::vector<std::string> listen_addresses;  // none: no TCP
    // Where they may be: not every version of pgpool uses all of these.
    std::vector<std::filesystem::path> socket_directories;
    std::vector<std::filesystem::path> pcp_socket_directories;
    std::filesystem::path pid_file;
    std::vector<std::string> pcp_listen_addresses{};

    // The sockets in the directories: ".s.PGSQL.<port>".
    [[nodiscard]] std::vector<std::filesystem::path> service_sockets() const;
    [[nodiscard]] std::vector<std::filesystem::path> pcp_sockets() const;

    friend bool operator==(const Endpoints&, const Endpoints&) = default;
};

// Where pgpool writes its log once it has opened it, if not on its standard error.
struct OwnLog {
    bool is_syslog = false;             // log_destination
    std::filesystem::path directory{};  // log_directory of its logging_collector; empty: it has none

    // For a sentence that sends a reader there; empty where it is the standard error.
    [[nodiscard]] std::string place() const;

    friend bool operator==(const OwnLog&, const OwnLog&) = default;
};

struct BackendAddress {
    int id = 0;
    std::string host{};
    std::uint16_t port = 0;
    bool is_always_primary = false;  // backend_flag
    std::string data_directory{};
};

// pgpool.conf, as far as the agent needs it, with pgpool's defaults.
struct PgpoolSettings {
    Result<Endpoints> endpoints = Error{"pgpool.conf was not read"};
    std::vector<BackendAddress> backends{};  // in the order of their ids
    bool has_streaming_replication = true;   // otherwise several nodes may be writable, as they should be
    bool has_follow_primary_command = false;
    std::string failover_command{};
    bool has_watchdog = false;
    bool detach_false_primary = false;
    std::chrono::milliseconds search_primary_node_timeout{0};  // 0: for ever
    std::filesystem::path status_file{};                       // pgpool_status; empty: its place is not known
    OwnLog own_log{};
    // The account of pgpool's own checks. The password is empty where it is not in plain text.
    std::string sr_check_user{};
    std::string sr_check_database{};
    std::string sr_check_password{};
};

}  // namespace ra
