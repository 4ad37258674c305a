#include "tests/unit/decide/cases/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace ra::cases {

namespace {

std::string_view name_of(ExitCode code) {
    switch (code) {
        case ExitCode::success: return "success";
        case ExitCode::generic_error: return "error";
        case ExitCode::invalid_argument: return "invalid argument";
        case ExitCode::unimplemented: return "unimplemented";
        case ExitCode::no_permission: return "no permission";
        case ExitCode::not_installed: return "not installed";
        case ExitCode::not_configured: return "not configured";
        case ExitCode::not_running: return "not running";
        case ExitCode::running_promoted: return "promoted";
        case ExitCode::failed_promoted: return "failed promoted";
        case ExitCode::degraded_promoted: return "degraded promoted";
        case ExitCode::degraded: return "degraded";
    }
    return "?";
}

std::string_view verb_of(const AlignmentStep& step) {
    if (std::holds_alternative<Agreed>(step)) return "agreed";
    if (std::holds_alternative<NotNow>(step)) return "not now";
    if (std::holds_alternative<MustNot>(step)) return "must not";
    return "not told";
}

std::string with_reason(std::string_view verb, const std::string& because) {
    return because.empty() ? std::string(verb) : fmt::format("{}: {}", verb, because);
}

// `detail` is what is told of a new value.
template <typename Value>
void tell_change(Lines& lines, std::string_view what, const std::string& detail, const std::optional<Value>& before,
                 const std::optional<Value>& after) {
    if (after && after != before) lines.push_back(fmt::format("remembers: {}{}", what, detail));
    if (!after && before) lines.push_back(fmt::format("forgets: {}", what));
}

void tell_nodes(Lines& lines, std::string_view what, const std::vector<int>& before, const std::vector<int>& after) {
    for (const int node : after)
        if (std::ranges::find(before, node) == before.end())
            lines.push_back(fmt::format("remembers: node {} {}", node, what));
    for (const int node : before)
        if (std::ranges::find(after, node) == after.end())
            lines.push_back(fmt::format("forgets: node {} {}", node, what));
}

}  // namespace

std::string words(IsolationQuestion question) {
    switch (question) {
        case IsolationQuestion::reachability: return "asks for the attribute of ping";
        case IsolationQuestion::members: return "asks for the members of this partition";
        case IsolationQuestion::remote_backends: return "asks the backends on other hosts";
    }
    return "?";
}

std::string words(RivalQuestion question) {
    switch (question) {
        case RivalQuestion::ranks: return "asks for the ranks of all nodes";
        case RivalQuestion::active_nodes: return "asks where the resource is active";
    }
    return "?";
}

std::string words(const PcpRequest& request) {
    return fmt::format("tells pgpool to {}: {}", request.text(), request.because);
}

std::string words(const AskRoles& step) {
    auto text = std::string("asks for the roles");
    if (step.is_whole) text += ", and looks at every process";
    if (step.after.count() > 0) text += fmt::format(", after {} ms", step.after.count());
    return with_reason(text, step.because);
}

std::string words(const StepDown& step) {
    return with_reason(step.yields ? "stops this pgpool, and what yields with it" : "stops this pgpool", step.because);
}

std::string words(const History& history) {
    auto text = fmt::format("timeline {}", history.timeline);
    for (const int node : history.left_behind) text += fmt::format(" without node {}", node);
    return text;
}
std::string words(const Unblock& step) { return with_reason("makes Pacemaker forget its history here", step.because); }

std::string words(const Answer& step, bool cluster_asks) {
    const auto code = cluster_asks ? told_to_pacemaker(step.outcome) : told_by_hand(step.outcome);
    return with_reason(fmt::format("answers {} ({})", static_cast<int>(code), name_of(code)), step.outcome.reason);
}

std::string words(const AlignmentMove& move) {
    if (const auto* request = std::get_if<PcpRequest>(&move)) return words(*request);
    if (const auto* settled = std::get_if<Settled>(&move))
        return with_reason(verb_of(settled->state), because_of(settled->state));
    return "waits for what it has told pgpool";
}

Lines changes(const Memory& before, const Memory& after) {
    Lines lines;
    tell_change(lines, "watched", " since now", before.watched_since, after.watched_since);
    tell_change(lines, "unresponsive", " since now", before.unresponsive_since, after.unresponsive_since);
    tell_change(lines, "childless", " since now", before.childless_since, after.childless_since);
    tell_change(lines, "isolated", " since now", before.isolated_since, after.isolated_since);
    tell_change(lines, "served timeline", fmt::format(" {}", after.served_timeline.value_or(0)), before.served_timeline,
                after.served_timeline);
    if (after.history && after.history != before.history)
        lines.push_back("remembers: history of " + words(*after.history));
    tell_change(lines, "primary lost", " since now", before.primary_lost_since, after.primary_lost_since);
    tell_change(lines, "unreachable", " since now", before.unreachable_since, after.unreachable_since);
    tell_nodes(lines, "is kept out", before.kept_out, after.kept_out);
    tell_nodes(lines, "was promoted beside", before.promoted_beside, after.promoted_beside);
    tell_change(lines, "overtaken", ", " + after.overtaken.value_or(""), before.overtaken, after.overtaken);
    tell_change(lines, "trouble", ", that of the answer", before.trouble, after.trouble);
    return lines;
}

}  // namespace ra::cases
