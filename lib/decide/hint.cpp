#include "decide/hint.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/alignment.h"

namespace ra {

namespace {

bool contains(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

std::optional<std::string> hint_for_login(const std::string& message) {
    if (contains(message, "password") || contains(message, "authentication failed"))
        return "set backend_passfile to a .pgpass file of mode 0600 with the password of backend_user";
    if (contains(message, "role \""))
        return "set backend_user to a login role of PostgreSQL that is a member of pg_monitor";
    if (contains(message, "pg_hba.conf"))
        return "let pg_hba.conf of this PostgreSQL accept backend_user from this host";
    return {};
}

// PostgreSQL hides the upstream of a standby from users who may not see it.
bool hides_upstream(const BackendView& backend) {
    const auto* state = value_of(backend.state);
    const auto* node = value_of(backend.node);
    return state != nullptr && node != nullptr && node->status == NodeStatus::down && state->in_recovery &&
           state->streaming && state->upstream_host.empty();
}

bool waits_for_a_person(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return backend.is_kept_out && backend.is_standby() && node != nullptr && !node->attached();
}

// Beside the one that serves, a primary whose history was given up.
const BackendView* find_given_up(const RoleFacts& facts) {
    if (find_served(facts) == nullptr) return nullptr;
    const auto found = std::ranges::find_if(facts.backends, [&](const BackendView& backend) {
        return !backend.serves_writes() && why_overtaken(backend, facts);
    });
    return found == facts.backends.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> hint_for(const RoleFacts& facts) {
    if (contains(facts.pcp_failure, "no PCP account"))
        return "set pcp_user and pcp_passfile, or let Pacemaker restart pgpool: then the agent brings its own account";
    if (facts.lacks_libpcp) return std::string(hint_for_libpcp);
    for (const auto& backend : facts.backends)
        if (const auto* error = std::get_if<Error>(&backend.state); error != nullptr && backend.answers_without_state)
            if (auto hint = hint_for_login(error->message)) return hint;
    if (std::ranges::any_of(facts.backends, hides_upstream))
        return "grant pg_monitor to backend_user (PostgreSQL 9.6: the view under Rights in node-roles.md): without it "
               "PostgreSQL hides the timeline that a standby receives";
    const auto left = std::ranges::find_if(facts.backends, waits_for_a_person);
    if (left != facts.backends.end())
        return fmt::format("pcp_attach_node --node-id={} brings it back, if nobody wants it detached", left->id);
    if (const auto* given_up = find_given_up(facts))
        return fmt::format("make node {} a standby again (pg_rewind, pg_basebackup), after a look at what it alone has",
                           given_up->id);
    return {};
}

}  // namespace ra
