#include "decide/pcp_answer.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra {

namespace {

bool is_known(const BackendView& backend) { return value_of(backend.node) != nullptr; }

// pgpool asks the backends one after another before it answers, from 4.3 on: the first one that it says nothing about
// may be why it is late.
std::string why_late(const RoleFacts& facts) {
    const std::string late = "PCP gave no answer in time";
    const auto awaited = std::ranges::find_if_not(facts.backends, is_known);
    const auto* error = awaited == facts.backends.end() ? nullptr : std::get_if<Error>(&awaited->state);
    return error == nullptr ? late : fmt::format("{}; {}: {}", late, awaited->name(), error->message);
}

// Of a long name PCP tells the beginning only: 127 characters of it, and 253 in later releases.
bool is_same_host(const std::string& told, const std::string& configured) {
    constexpr std::size_t kept = 127;  // MAX_DB_HOST_NAMELEN
    return told == configured || (told.size() >= kept && configured.starts_with(told));
}

bool is_another_server(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return node != nullptr && (node->port != backend.port || !is_same_host(node->host, backend.host));
}

}  // namespace

bool pcp_is_silent(const RoleFacts& facts) {
    return facts.pcp_timed_out && std::ranges::none_of(facts.backends, is_known);
}

bool pcp_was_closed(std::string_view failure) {
    return failure.find("unable to read data from socket") != std::string_view::npos;
}

std::string pcp_problem(const RoleFacts& facts) {
    const auto changed = std::ranges::find_if(facts.backends, is_another_server);
    if (changed != facts.backends.end())
        return fmt::format("pgpool has another server as {}: it runs with another configuration", changed->name());
    if (facts.pcp_timed_out) return why_late(facts);
    if (!facts.pcp_failure.empty()) return facts.pcp_failure;
    if (!std::ranges::all_of(facts.backends, is_known))
        return "PCP does not know every backend of pgpool.conf: pgpool runs with another configuration";
    return {};
}

}  // namespace ra
