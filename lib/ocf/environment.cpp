#include "ocf/environment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// "3.16.2" -> {3, 16, 2}; what is not a number is 0, so an unreadable version is an old one.
std::array<int, 3> parse_version(std::string_view text) {
    std::array<int, 3> version{};
    const auto parts = split(text, '.');
    for (std::size_t i = 0; i < std::min(parts.size(), version.size()); ++i)
        version[i] = parse_number<int>(parts[i]).value_or(0);
    return version;
}

}  // namespace

Environment Environment::of_process() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return Environment(std::move(variables));
}

std::string Environment::text(std::string_view name) const {
    const auto found = variables_.find(std::string(name));
    return found == variables_.end() ? std::string() : found->second;
}

std::string Environment::instance() const {
    auto name = text("OCF_RESOURCE_INSTANCE");
    return name.empty() ? "default" : name;
}

Result<int> Environment::check_level() const {
    auto level = text("OCF_CHECK_LEVEL");
    if (level.empty()) level = text("OCF_RESKEY_OCF_CHECK_LEVEL");
    if (level.empty()) return 0;
    const auto number = parse_number<int>(level);
    if (!number || *number < 0) return Error{fmt::format("cannot use OCF_CHECK_LEVEL '{}': expected a number", level)};
    return *number;
}

bool Environment::is_probe() const {
    const auto interval = text("OCF_RESKEY_CRM_meta_interval");
    return interval.empty() || interval == "0";
}

Milliseconds Environment::operation_timeout(Milliseconds fallback) const {
    const auto given = parse_number<long>(text("OCF_RESKEY_CRM_meta_timeout"));
    return given && *given > 0 ? Milliseconds{*given} : fallback;
}

bool Environment::knows_promoted() const {
    return parse_version(text("OCF_RESKEY_crm_feature_set")) >= std::array<int, 3>{3, 9, 0};
}

Milliseconds working_time(Milliseconds operation_timeout) {
    const auto reserve = std::clamp<Milliseconds>(operation_timeout / 10, 500ms, 5s);
    return std::max<Milliseconds>(operation_timeout - reserve, operation_timeout / 2);
}

}  // namespace ra
