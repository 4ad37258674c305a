#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "system/pgpool_conf.h"

namespace ra {

// What pgpool.conf says about finding a primary and about who may give orders, with pgpool's defaults.
struct PgpoolSettings {
    int backends = 0;
    std::chrono::milliseconds search_primary_node_timeout{0};  // 0: for ever
    bool detach_false_primary = false;
    std::vector<std::string> pcp_listen_addresses;  // none: no TCP
};

// A value that cannot be read counts as the default: pgpool itself refuses it at its start.
[[nodiscard]] PgpoolSettings read_settings(const PgpoolConf& conf);

}  // namespace ra
