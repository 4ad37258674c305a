#include "observe/settings.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "observe/roles.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

struct Unit {
    std::string_view name;
    std::chrono::milliseconds length;
};

// convert_to_base_unit() of pgpool's src/config/pool_config_variables.c, for a parameter in seconds.
constexpr std::array units{Unit{"", 1s},      Unit{"ms", 1ms}, Unit{"s", 1s},
                           Unit{"min", 1min}, Unit{"h", 1h},   Unit{"d", 24h}};

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number<int>(text.substr(0, digits));
    const auto* unit = std::ranges::find(units, trim(text.substr(digits)), &Unit::name);
    if (!number || unit == units.end()) return std::nullopt;
    return *number * unit->length;
}

}  // namespace

PgpoolSettings read_settings(const PgpoolConf& conf) {
    constexpr auto default_search = 5min;
    PgpoolSettings settings;
    settings.backends = static_cast<int>(configured_backends(conf).size());
    settings.search_primary_node_timeout =
        parse_duration(conf.text("search_primary_node_timeout", "")).value_or(default_search);
    settings.detach_false_primary = is_on(conf.text("detach_false_primary", "off"));
    if (const auto at = endpoints(conf)) settings.pcp_listen_addresses = at->pcp_listen_addresses;
    return settings;
}

}  // namespace ra
