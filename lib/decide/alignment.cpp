#include "decide/alignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "decide/pcp_answer.h"

namespace ra {

namespace {

using namespace std::chrono_literals;
using Backends = std::vector<const BackendView*>;

Backends writable(const RoleFacts& facts) {
    Backends found;
    for (const auto& backend : facts.backends)
        if (backend.is_writable()) found.push_back(&backend);
    return found;
}

const BackendState& state_of(const BackendView& backend) { return *value_of(backend.state); }

bool is_primary_in_pgpool(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return node != nullptr && node->role == NodeRole::primary;
}

// pgpool shows this while it looks for a new primary.
const BackendView* find_detached_primary(const RoleFacts& facts) {
    for (const auto& backend : facts.backends)
        if (is_primary_in_pgpool(backend) && !value_of(backend.node)->attached()) return &backend;
    return nullptr;
}

// The primary of pgpool, if PostgreSQL there gave no answer.
const BackendView* find_served_unknown(const RoleFacts& facts) {
    for (const auto& backend : facts.backends)
        if (is_primary_in_pgpool(backend) && value_of(backend.state) == nullptr) return &backend;
    return nullptr;
}

const BackendView* find_unasked(const RoleFacts& facts) {
    const auto found = std::ranges::find_if(facts.backends, &BackendView::answers_without_state);
    return found == facts.backends.end() ? nullptr : &*found;
}

// In words of the server, where it speaks English; in another language a person has to look.
bool will_answer_soon(const BackendView& unasked) {
    constexpr std::array<std::string_view, 5> passing{"starting up", "shutting down", "in recovery mode",
                                                      "not yet accepting connections", "too many clients"};
    const auto& message = std::get<Error>(unasked.state).message;
    return std::ranges::any_of(passing,
                               [&](std::string_view words) { return message.find(words) != std::string::npos; });
}

// Two backends may be two names of one server. No two postmasters of a system begin in the same microsecond.
bool is_same_server(const BackendView& first, const BackendView& second) {
    const auto& [one, other] = std::tie(state_of(first), state_of(second));
    return one.up_since != 0 && one.up_since == other.up_since && one.timeline == other.timeline &&
           one.system_identifier == other.system_identifier;
}

bool has_roles(const RoleFacts& facts) {
    return std::ranges::all_of(facts.backends, [](const BackendView& backend) {
        const auto* node = value_of(backend.node);
        return node == nullptr || node->role == NodeRole::primary || node->role == NodeRole::standby;
    });
}

// A failover that the cluster has not heard of yet.
bool was_lost(const BackendView& backend) {
    const auto* node = value_of(backend.node);
    return node == nullptr ? backend.was_down : !node->attached();
}

std::string why_nobody_is_writable(const RoleFacts& facts) {
    for (const auto& backend : facts.backends)
        if (const auto* error = std::get_if<Error>(&backend.state))
            return fmt::format("no PostgreSQL is known to be writable: {}: {}", backend.name(), error->message);
    return "no PostgreSQL is writable";
}

const BackendView* find_always_primary(const RoleFacts& facts) {
    const auto found = std::ranges::find_if(facts.backends, &BackendView::is_always_primary);
    return found == facts.backends.end() ? nullptr : &*found;
}

// A server that can be reached and is of another system than `backend`, where nothing tells which one is meant.
const BackendView* find_stranger(const BackendView& backend, const RoleFacts& facts) {
    const auto is_stranger = [&](const BackendView& other) {
        const auto* state = value_of(other.state);
        return state != nullptr && state->system_identifier != state_of(backend).system_identifier;
    };
    const auto found = std::ranges::find_if(facts.backends, is_stranger);
    return facts.known_history || found == facts.backends.end() ? nullptr : &*found;
}

bool is_known_as_served(const BackendView& backend, const RoleFacts& facts) {
    return facts.known_history && facts.known_history->timeline >= state_of(backend).timeline;
}

// Why a standby that could be attached is left to a person; nothing if it is not.
std::optional<std::string> why_left_detached(const BackendView& standby) {
    if (standby.is_kept_out)
        return fmt::format("{} is left detached: somebody detached it while nothing was wrong with it", standby.name());
    const auto& state = state_of(standby);
    if (!state.replays_late.empty()) return fmt::format("{} is left detached: {}", standby.name(), state.replays_late);
    return {};
}

// One standby that can be attached, or else what keeps one from it.
AlignmentStep attach_standby(const BackendView& newest, const RoleFacts& facts) {
    AlignmentStep step = Agreed{};
    for (const auto& backend : facts.backends) {
        const auto& node = *value_of(backend.node);
        if (node.status != NodeStatus::down || node.quarantined || !follows(backend, newest)) continue;
        auto why_not = why_left_detached(backend);
        if (!why_not) return AttachNode{backend.id, fmt::format("{} is a standby of the primary", backend.name())};
        step = MustNot{std::move(*why_not)};
    }
    return step;
}

AlignmentStep make_primary(const BackendView& newest, const RoleFacts& facts, const AlignmentContext& context) {
    const auto& node = *value_of(newest.node);
    if (const auto* fixed = find_always_primary(facts); fixed != nullptr && fixed != &newest)
        return MustNot{fmt::format("{} is writable on timeline {}, but pgpool.conf makes {} ALWAYS_PRIMARY",
                                   newest.name(), state_of(newest).timeline, fixed->name())};
    if (const auto* served = find_served(facts); served != nullptr && !context.may_switch)
        return MustNot{
            fmt::format("split brain: pgpool stays with {}, writable on timeline {}, beside {} on timeline {}",
                        served->name(), state_of(*served).timeline, newest.name(), state_of(newest).timeline)};
    if (newest.is_kept_out && !context.may_switch && !is_known_as_served(newest, facts))
        return MustNot{fmt::format("{} is writable on timeline {}, but somebody has detached it before", newest.name(),
                                   state_of(newest).timeline)};
    if (node.quarantined) return MustNot{fmt::format("{} is quarantined by pgpool's watchdog", newest.name())};
    if (const auto* unasked = find_unasked(facts)) {
        auto why = fmt::format("{} answers, but cannot be asked whether it is a newer primary: {}", unasked->name(),
                               std::get<Error>(unasked->state).message);
        if (will_answer_soon(*unasked)) return NotNow{std::move(why)};
        return MustNot{std::move(why)};
    }
    const auto because = fmt::format("{} is writable on timeline {}, and pgpool takes it for {}", newest.name(),
                                     state_of(newest).timeline, node.attached() ? "a standby" : "down");
    // A standby of the primary in use has been promoted since; a server that pgpool has set down may be older than
    // that.
    if (const auto* served = find_served_unknown(facts); served != nullptr && !node.attached())
        return NotNow{fmt::format("cannot ask {}, which pgpool uses, whether it is newer than {}", served->name(),
                                  newest.name())};
    if (!node.attached()) return AttachNode{newest.id, because};
    if (facts.has_follow_primary_command && !context.may_run_follow_primary)
        return MustNot{fmt::format("promoting {} would run follow_primary_command: it is writable on timeline {}",
                                   newest.name(), state_of(newest).timeline)};
    return PromoteNode{newest.id, because};
}

// pgpool did what it was told, and it did not last.
std::optional<std::string> why_not_again(const PcpRequest& request, const AlignmentProgress& progress) {
    const auto resting = find_resting(progress.before, request.text(), progress.since_boot);
    if (!resting) return {};
    const auto& [times, left] = *resting;
    return fmt::format("pgpool was told to {} {}, and it did not last; the next try is in {} s: {}", request.text(),
                       times == 1 ? "once" : fmt::format("{} times", times), left.count(), request.because);
}

}  // namespace

std::optional<std::string> why_behind_served(const BackendView& backend, const RoleFacts& facts) {
    if (!backend.is_writable() || !facts.known_history) return {};
    const auto& known = *facts.known_history;
    const auto& state = state_of(backend);
    if (known.system_identifier != state.system_identifier)
        return fmt::format("{} is writable, but is of another database system than the one that was served",
                           backend.name());
    if (known.timeline > state.timeline)
        return fmt::format("{} is writable on timeline {}, but was overtaken: timeline {} was served", backend.name(),
                           state.timeline, known.timeline);
    return {};
}

const BackendView* find_serving(const RoleFacts& facts) {
    if ((!facts.only_waits && !facts.begins_to_serve) || !facts.shared_history) return nullptr;
    const auto found = std::ranges::find_if(facts.backends, [&](const BackendView& backend) {
        return backend.is_writable() && (facts.only_waits || !was_lost(backend)) &&
               state_of(backend).system_identifier == facts.shared_history->system_identifier &&
               state_of(backend).timeline == facts.shared_history->timeline;
    });
    return found == facts.backends.end() ? nullptr : &*found;
}

std::optional<std::string> why_beside_served(const BackendView& backend, const RoleFacts& facts) {
    const auto* serving = find_serving(facts);
    if (serving == nullptr || !backend.is_writable()) return {};
    const auto& state = state_of(backend);
    const auto& served = state_of(*serving);
    if (state.system_identifier != served.system_identifier || state.timeline <= served.timeline) return {};
    return fmt::format("{} was promoted to timeline {} beside {}, which serves on timeline {}", backend.name(),
                       state.timeline, serving->name(), served.timeline);
}

bool follows(const BackendView& standby, const BackendView& primary) {
    const auto* state = value_of(standby.state);
    return state != nullptr && state->in_recovery && state->streaming &&
           state->system_identifier == state_of(primary).system_identifier &&
           state->timeline == state_of(primary).timeline;
}

std::optional<std::string> why_overtaken(const BackendView& backend, const RoleFacts& facts) {
    if (!backend.is_writable()) return {};
    if (auto why = why_behind_served(backend, facts)) return why;
    if (auto why = why_beside_served(backend, facts)) return why;
    const auto& state = state_of(backend);
    for (const auto& other : facts.backends) {
        const auto* reached = value_of(other.state);
        if (reached != nullptr && reached->system_identifier == state.system_identifier &&
            reached->timeline > state.timeline && !why_beside_served(other, facts))
            return fmt::format("{} is writable on timeline {}, but was overtaken: {} is on timeline {}", backend.name(),
                               state.timeline, other.name(), reached->timeline);
    }
    return {};
}

Primary find_newest_primary(const RoleFacts& facts) {
    const auto found = writable(facts);
    if (found.empty()) return {nullptr, why_nobody_is_writable(facts), ""};
    std::string overtaken;
    Backends candidates;
    for (const auto* backend : found) {
        if (auto why = why_overtaken(*backend, facts)) {
            overtaken = std::move(*why);
            const auto* node = value_of(backend->node);
            if (node != nullptr && node->attached()) overtaken += "; pgpool sends reads to it";
        } else {
            candidates.push_back(backend);
        }
    }
    if (candidates.empty()) return {nullptr, overtaken, overtaken};
    const auto* newest = candidates.front();
    if (const auto* stranger = find_stranger(*newest, facts))
        return {nullptr,
                fmt::format("split brain: {} is writable, and {} has a different history", newest->name(),
                            stranger->name()),
                ""};
    const auto rival = std::ranges::find_if(
        candidates, [&](const auto* candidate) { return candidate != newest && !is_same_server(*candidate, *newest); });
    if (rival != candidates.end())
        return {nullptr,
                fmt::format("split brain: {} and {} are both writable on timeline {}", newest->name(), (*rival)->name(),
                            state_of(*newest).timeline),
                ""};
    const auto in_use =
        std::ranges::find_if(candidates, [](const BackendView* candidate) { return is_primary_in_pgpool(*candidate); });
    if (in_use != candidates.end()) newest = *in_use;
    return {newest, fmt::format("{} is writable on timeline {}", newest->name(), state_of(*newest).timeline),
            std::move(overtaken)};
}

AlignmentContext alignment_context(const ProcessTree& tree, bool may_run_follow_primary) {
    auto started = tree.commands;
    std::ranges::copy(tree.spared, std::back_inserter(started));
    const auto is_of_main = [&](const ProcessStat& command) {
        return tree.main && command.parent == tree.main->stat.id.pid;
    };
    return {.failover_runs = !started.empty(),
            .main_waits = std::ranges::any_of(started, is_of_main),
            .pcp_is_open = has_pcp_process(tree),
            .may_run_follow_primary = may_run_follow_primary};
}

std::string PcpRequest::text() const { return fmt::format("{} node {}", verb, node); }

std::optional<PcpRequest> request_of(const AlignmentStep& step) {
    if (const auto* attach = std::get_if<AttachNode>(&step)) return PcpRequest{"attach", attach->id, attach->because};
    if (const auto* promote = std::get_if<PromoteNode>(&step))
        return PcpRequest{"promote", promote->id, promote->because};
    return std::nullopt;
}

std::string because_of(const AlignmentStep& step) {
    struct Because {
        std::string operator()(const Agreed&) const { return {}; }
        std::string operator()(const AttachNode& step) const { return step.because; }
        std::string operator()(const PromoteNode& step) const { return step.because; }
        std::string operator()(const NotNow& step) const { return step.because; }
        std::string operator()(const MustNot& step) const { return step.because; }
    };
    return std::visit(Because{}, step);
}

AlignmentStep next_alignment_step(const RoleFacts& facts, const AlignmentContext& context) {
    if (!context.hindrance.empty()) return NotNow{context.hindrance};
    if (context.main_waits) return NotNow{"pgpool is running a command of its own, a failover as a rule"};
    if (context.failover_runs) return NotNow{"pgpool is running follow_primary_command"};
    const auto unknown = pcp_problem(facts);
    if (!unknown.empty() && !context.pcp_is_open)
        return NotNow{"pgpool is still looking for a primary: PCP is not open yet"};
    if (pcp_was_closed(facts.pcp_failure)) return NotNow{unknown};
    if (!unknown.empty()) return MustNot{unknown};
    if (!has_roles(facts)) return Agreed{};
    if (const auto* detached = find_detached_primary(facts))
        return NotNow{fmt::format("pgpool is looking for a primary: it has detached {}", detached->name())};
    const auto primary = find_newest_primary(facts);
    if (primary.newest == nullptr) {
        if (writable(facts).empty()) return NotNow{primary.because};
        return MustNot{primary.because};
    }
    const auto step = is_primary_in_pgpool(*primary.newest) ? attach_standby(*primary.newest, facts)
                                                            : make_primary(*primary.newest, facts, context);
    if (facts.has_watchdog && !std::holds_alternative<Agreed>(step))
        return MustNot{"the roles differ, but pgpool's watchdog decides about them"};
    return step;
}

std::chrono::seconds pause_after(int times) {
    constexpr std::chrono::seconds first = 1min;
    constexpr std::chrono::seconds longest = 30min;
    constexpr int doublings = 5;
    return std::min(longest, first * (1 << std::min(times - 1, doublings)));
}

std::optional<Resting> find_resting(const std::vector<Told>& told, const std::string& request,
                                    std::chrono::seconds since_boot) {
    const auto found = std::ranges::find(told, request, &Told::request);
    if (found == told.end()) return {};
    const auto left = pause_after(found->times) - (since_boot - found->last);
    if (left <= 0s) return {};
    return Resting{found->times, left};
}

bool was_cut_short(const AlignmentProgress& progress, const PcpRequest& request) {
    return std::ranges::find(progress.cut_short, request) != progress.cut_short.end();
}

AlignmentProgress after(AlignmentProgress progress, const PcpRequest& request, std::string refusal) {
    if (pcp_was_closed(refusal) && !was_cut_short(progress, request)) {
        progress.cut_short.push_back(request);
        return progress;
    }
    progress.sent.push_back(request);
    progress.refused = std::move(refusal);
    return progress;
}

AlignmentMove next_alignment_move(const RoleFacts& facts, const AlignmentStep& step,
                                  const AlignmentProgress& progress) {
    if (!progress.refused.empty()) return Settled{MustNot{progress.refused}};
    const auto request = request_of(step);
    if (request && std::ranges::find(progress.sent, *request) == progress.sent.end()) {
        if (was_cut_short(progress, *request)) return *request;
        if (auto held_back = why_not_again(*request, progress)) return Settled{MustNot{std::move(*held_back)}};
        return *request;
    }
    // What pgpool may show meanwhile: it is not done yet, it runs a command of the administrator for it, or it starts
    // PCP again.
    const bool is_under_way = request || std::holds_alternative<NotNow>(step) || !pcp_problem(facts).empty();
    if (is_under_way && !progress.sent.empty() && progress.has_time_left) return WaitForEffect{};
    if (request)
        return Settled{MustNot{fmt::format("pgpool was told to {}, and has not done it", request->text())}, *request};
    return Settled{step};
}

}  // namespace ra
