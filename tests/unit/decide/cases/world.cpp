#include "tests/unit/decide/cases/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "decide/blocked_main.h"

namespace ra::cases {

namespace {

void attach(State& state, int id) {
    for (auto& backend : state.backends)
        if (auto* node = std::get_if<NodeInfo>(&backend.node); node != nullptr && backend.id == id)
            node->status = NodeStatus::waiting;
}

void promote(State& state, int id) {
    for (auto& backend : state.backends) {
        auto* node = std::get_if<NodeInfo>(&backend.node);
        if (node == nullptr) continue;
        node->role = backend.id == id ? NodeRole::primary : NodeRole::standby;
        if (backend.id != id) node->status = NodeStatus::down;
    }
}

void detach(State& state, int id) {
    for (auto& backend : state.backends)
        if (auto* node = std::get_if<NodeInfo>(&backend.node); node != nullptr && backend.id == id) {
            node->status = NodeStatus::down;
            node->role = NodeRole::standby;
        }
}

void keep_one_child(std::vector<PgpoolProcess>& processes) {
    const auto is_child = [](const PgpoolProcess& process) { return process.stat.parent == scene::main_pid; };
    const auto first = std::ranges::find_if(processes, is_child);
    if (first == processes.end()) return;
    processes.erase(std::remove_if(std::next(first), processes.end(), is_child), processes.end());
}

Classification classify_with_record(Snapshot seen, const Memory& remembered) {
    seen.record = scene::record();
    seen.record->memory = remembered;
    return classify(seen, scene::instance);
}

void hide_nodes(RoleFacts& facts) {
    for (auto& backend : facts.backends) backend.node = NotAsked{};
}

}  // namespace

Result<World> World::of(const Case& described, const std::filesystem::path& file,
                        const std::vector<Phrases>& vocabulary) {
    World world;
    world.vocabulary_ = vocabulary;
    auto number = described.line;
    for (const auto& line : described.state) {
        ++number;
        if (!take(world.state_, line, vocabulary) && !world.take_later(line))
            return Error{fmt::format("{}:{}: this line of state is not understood: {}", file.native(), number, line)};
    }
    return world;
}

bool World::take_later(std::string_view line) {
    constexpr std::string_view start = "after ";
    const auto colon = line.find(": ");
    if (!line.starts_with(start) || colon == std::string_view::npos) return false;
    const auto words = split_words(line.substr(start.size(), colon - start.size()));
    const auto waits = words.empty() ? std::nullopt : parse_number<int>(words[0]);
    if (!waits || words.size() != 2 || words[1] != (*waits == 1 ? "wait" : "waits")) return false;
    auto changed = state_;
    later_.push_back({*waits, std::string(line.substr(colon + 2))});
    return take(changed, later_.back().line, vocabulary_);
}

Classification World::look_at_processes() const { return classify_with_record(state_.seen, state_.remembered); }

Classification World::glance_at_processes() const {
    auto seen = state_.seen;
    if (auto* processes = std::get_if<std::vector<PgpoolProcess>>(&seen.processes)) keep_one_child(*processes);
    auto now = classify_with_record(std::move(seen), state_.remembered);
    return now.condition == Condition::running ? now : look_at_processes();
}

RoleSight World::look_at_roles(bool is_whole) const {
    const auto now = look_at_processes();
    RoleSight sight;
    sight.is_whole = is_whole;
    if (now.condition != Condition::running) {
        sight.context.hindrance = now.because;
        return sight;
    }
    sight.context = alignment_context(now.tree, state_.parameters.run_follow_primary);
    sight.check_in_the_way = check_that_may_block_main(now.tree);
    sight.facts.backends = state_.backends;
    sight.facts.has_follow_primary_command = state_.has_follow_primary_command;
    sight.facts.has_watchdog = state_.has_watchdog;
    sight.facts.has_streaming_replication = state_.has_streaming_replication;
    show_in_pcp(sight.facts);
    if (sight.context.pcp_is_open) return sight;
    hide_nodes(sight.facts);
    sight.facts.pcp_failure = "cannot log in by PCP: connection refused";
    return sight;
}

void World::show_in_pcp(RoleFacts& facts) const {
    if (state_.pcp == Pcp::answers) return;
    facts.pcp_timed_out = state_.pcp != Pcp::refuses;
    facts.pcp_failure = state_.pcp_refusal;
    if (state_.pcp != Pcp::late) hide_nodes(facts);
}

void World::wait() {
    ++waits_;
    for (const auto& [due, line] : later_)
        if (due == waits_) static_cast<void>(take(state_, line, vocabulary_));
    have_effect();
}

std::string World::tell(const PcpRequest& request) {
    told_at_ = waits_;
    const bool is_cut_short = state_.requests_cut_short > 0;
    if (is_cut_short) --state_.requests_cut_short;
    const bool is_taken = is_cut_short ? state_.takes_what_is_cut_short : state_.refusal.empty();
    if (is_taken && state_.waits_for_effect) pending_.push_back({waits_ + *state_.waits_for_effect, request});
    have_effect();
    return is_cut_short ? request.text() + ": ERROR: unable to read data from socket." : state_.refusal;
}

void World::have_effect() {
    for (const auto& [due, request] : pending_) {
        if (due != waits_) continue;
        if (request.verb == "attach") attach(state_, request.node);
        if (request.verb == "detach") fail_over(request.node);
        if (request.verb == "promote") promote(state_, request.node);
    }
    std::erase_if(pending_, [this](const Pending& pending) { return pending.waits <= waits_; });
}

// failover_command makes the first standby that is left the primary, and pgpool sees it.
void World::fail_over(int lost) {
    detach(state_, lost);
    if (state_.failover_closes_pcp) static_cast<void>(take(state_, "PCP is not open", vocabulary_));
    for (auto& backend : state_.backends) {
        auto* node = std::get_if<NodeInfo>(&backend.node);
        if (node == nullptr || !node->attached()) continue;
        promote_server(backend.id);
        node->role = NodeRole::primary;
        return;
    }
}

void World::promote_server(int id) {
    for (auto& backend : state_.backends)
        if (auto* server = std::get_if<BackendState>(&backend.state);
            server != nullptr && backend.id == id && server->in_recovery) {
            server->in_recovery = server->streaming = false;
            ++server->timeline;
        }
}

void World::interrupt_stuck_workers() {
    if (state_.pcp == Pcp::silent_until_freed) state_.pcp = Pcp::answers;
}

void World::end_streaming_check() {
    state_.seen = scene::pgpool_runs();
    state_.accepts_clients = true;
}

}  // namespace ra::cases
