#include "decide/takeover.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/alignment.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// What was seen so long before a takeover still counts; a server that does not answer is waited for as long.
constexpr Milliseconds fresh = 1500ms;
// What pgpool and its servers need to come to rest.
constexpr std::chrono::seconds aftermath = 5s;
constexpr std::string_view takeover_words = "take over from node ";

bool is_attached(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return node != nullptr && node->attached();
}

// pgpool's primary if it knows one; else the server that the standby received from; else the first that is lost.
const BackendView* find_lost(const RoleFacts& roles, const BackendView& standby) {
    const auto& from = *value_of(standby.state);
    const BackendView* lost = nullptr;
    for (const auto& backend : roles.backends) {
        const auto* node = value_of(backend.node);
        if (node != nullptr && node->role == NodeRole::primary) return &backend;
        if (!backend.is_silent() || backend.is_on_this_site) continue;
        const bool is_upstream = backend.host == from.upstream_host && backend.port == from.upstream_port;
        if (lost == nullptr || is_upstream) lost = &backend;
    }
    return lost;
}

// Why this standby must not become the primary; empty if it may.
std::string why_not_successor(const BackendView& standby, const RoleFacts& roles) {
    const auto& state = *value_of(standby.state);
    const auto& known = roles.known_history;
    if (known && known->system_identifier != state.system_identifier)
        return fmt::format("{} is of another database system than the one that was served", standby.name());
    if (known && known->timeline > state.timeline)
        return fmt::format("{} is on timeline {}, and timeline {} was served", standby.name(), state.timeline,
                           known->timeline);
    if (standby.is_kept_out) return fmt::format("{} was detached, and that is left to a person", standby.name());
    if (!state.replays_late.empty())
        return fmt::format("{} is behind on purpose: {}", standby.name(), state.replays_late);
    if (known && !state.streaming && known->has_left_behind(standby.id))
        return fmt::format("{} did not follow the primary when both were last seen", standby.name());
    for (const auto& other : roles.backends)
        if (const auto* reached = value_of(other.state); reached != nullptr && reached->timeline > state.timeline)
            return fmt::format("{} is on timeline {}, and {} on timeline {}", standby.name(), state.timeline,
                               other.name(), reached->timeline);
    return {};
}

bool is_standby_here(const BackendView& backend) { return backend.is_on_this_site && backend.is_standby(); }

// The standbys of this site: the one that has received most of those that may become the primary, or else why one may
// not.
struct Succession {
    const BackendView* best = nullptr;
    std::string because{};
};

Succession find_successor(const RoleFacts& roles) {
    Succession found;
    for (const auto& backend : roles.backends) {
        if (!is_standby_here(backend)) continue;
        if (auto why = why_not_successor(backend, roles); !why.empty()) {
            found.because = std::move(why);
        } else if (found.best == nullptr || value_of(backend.state)->position > value_of(found.best->state)->position) {
            found.best = &backend;
        }
    }
    return found;
}

// Why this side is not known to be the right one; empty if it is.
std::string why_not_this_side(const OtherSide& seen) {
    if (!seen.peers.empty()) return fmt::format("'{}' is in the membership, and may serve", seen.peers.front());
    if (seen.is_fenced) return {};
    if (seen.was_never_seen) return "no peer was seen since this node has booted: one may serve";
    if (seen.has_majority) return {};
    if (seen.network_answers && *seen.network_answers) return {};
    if (seen.network_answers) return "the network does not answer to ping: this site may be the one that is cut off";
    return "it is not known which site is cut off: no isolation_attribute, no majority";
}

std::optional<std::string> why_not_again(const LostPrimary& loss, const TakeoverFacts& facts) {
    const auto resting = find_resting(facts.told, takeover_request(loss.lost->id), facts.since_boot);
    if (!resting) return {};
    return fmt::format("a takeover from {} was tried, and did not last; the next try is in {} s", loss.lost->name(),
                       resting->left.count());
}

NoTakeover none(const std::string& because) { return {because.empty() ? "" : fmt::format("no takeover: {}", because)}; }

// When pgpool detaches a node that it has attached, it runs failover_command for the sake of the first that stays.
const BackendView* find_choice_of_pgpool(const RoleFacts& roles, const BackendView& lost) {
    if (!is_attached(lost)) return nullptr;
    const auto found = std::ranges::find_if(
        roles.backends, [&](const BackendView& backend) { return backend.id != lost.id && is_attached(backend); });
    return found == roles.backends.end() ? nullptr : &*found;
}

TakeoverStep take_over(const LostPrimary& loss, const RoleFacts& roles, const TakeoverFacts& facts) {
    auto because =
        fmt::format("{} is lost with its site, and {} is its standby here", loss.lost->name(), loss.successor->name());
    const auto* choice = find_choice_of_pgpool(roles, *loss.lost);
    if (choice != nullptr && choice != loss.successor) {
        const bool is_fit = choice->is_standby() && why_not_successor(*choice, roles).empty();
        if (is_fit && facts.by == TakeoverBy::failover_command) return DetachLost{loss.lost->id, std::move(because)};
        if (roles.has_failover_command)
            return none(fmt::format("pgpool would run failover_command for {}, and not for {}", choice->name(),
                                    loss.successor->name()));
    }
    if (facts.by == TakeoverBy::pg_promote) return PromoteServer{loss.lost->id, loss.successor->id, std::move(because)};
    if (choice == loss.successor) return DetachLost{loss.lost->id, std::move(because)};
    return RunFailoverCommand{loss.lost->id, loss.successor->id, std::move(because)};
}

// pgpool would go on with what it has lost until its own health check finds out.
TakeoverStep go_on(int lost, const RoleFacts& roles, const TakeoverFacts& facts) {
    const auto found = std::ranges::find(roles.backends, lost, &BackendView::id);
    const bool is_in_use = found != roles.backends.end() && found->is_silent() && is_attached(*found);
    if (!is_in_use || facts.has_told_detach) return NoTakeover{};
    if (std::ranges::any_of(roles.backends, &BackendView::is_writable))
        return DetachLost{lost, fmt::format("{} is lost, and another server has taken over", found->name())};
    if (facts.was_cut_short) return DetachLost{lost, fmt::format("{} is lost with its site", found->name())};
    return NoTakeover{};
}

}  // namespace

std::string takeover_request(int lost) { return fmt::format("{}{}", takeover_words, lost); }

bool has_just_taken_over(const Memory& memory, std::chrono::seconds since_boot) {
    return !memory.primary_lost_since && std::ranges::any_of(memory.told, [&](const Told& told) {
        return told.request.starts_with(takeover_words) && since_boot - told.last < aftermath;
    });
}

Loss find_lost_primary(const RoleFacts& roles) {
    if (roles.has_watchdog || !roles.has_streaming_replication) return {};
    for (const auto& backend : roles.backends) {
        if (backend.is_writable() || backend.is_always_primary) return {};
        if (value_of(backend.state) == nullptr && !backend.is_silent())
            return {{},
                    fmt::format("{} {}, and it is not known what it is", backend.name(),
                                backend.was_asked ? "answers" : "cannot be asked")};
    }
    const auto standby = std::ranges::find_if(roles.backends, is_standby_here);
    if (standby == roles.backends.end()) return {};
    auto successor = find_successor(roles);
    const auto* lost = find_lost(roles, successor.best == nullptr ? *standby : *successor.best);
    if (lost == nullptr || !lost->is_silent() || lost->is_on_this_site) return {};
    if (successor.best == nullptr) return {{}, std::move(successor.because)};
    return {LostPrimary{lost, successor.best}, {}};
}

TakeoverStep next_takeover_step(const RoleFacts& roles, const TakeoverFacts& facts) {
    if (facts.by == TakeoverBy::nobody) return NoTakeover{};
    if (facts.begun_from) return go_on(*facts.begun_from, roles, facts);
    const auto loss = find_lost_primary(roles);
    if (!loss.found) return none(loss.because);
    if (const auto held_back = why_not_again(*loss.found, facts)) return none(*held_back);
    if (!is_asked(facts.other_side)) return TakeoverQuestion{};
    const auto* other_side = value_of(facts.other_side);
    if (other_side == nullptr) return none(std::get<Error>(facts.other_side).message);
    if (const auto why = why_not_this_side(*other_side); !why.empty()) return none(why);
    if (!facts.knows_history) return none("it is not known which history was served last");

    // What is fenced has given up.
    const auto delay = other_side->is_fenced ? 0ms : facts.delay;
    const auto due = facts.lost_since.value_or(facts.now) + delay;
    const auto wait_until = [&](Milliseconds moment) -> TakeoverStep {
        auto because =
            fmt::format("{} is lost; {} takes over in {} s", loss.found->lost->name(), loss.found->successor->name(),
                        std::chrono::ceil<std::chrono::seconds>(due - facts.now).count());
        if (!facts.may_wait) return NoTakeover{std::move(because)};
        if (due > facts.ends_at) return NoTakeover{because + ", after the timeout of this action"};
        return WaitBeforeTakeover{moment - facts.now, std::move(because)};
    };
    if (facts.now < due - fresh) return wait_until(due - fresh);
    if (facts.looked_at < due - fresh) return LookBeforeTakeover{};
    if (facts.asked_at < facts.looked_at) return TakeoverQuestion{};
    if (facts.now < due) return wait_until(due);
    return take_over(*loss.found, roles, facts);
}

}  // namespace ra
