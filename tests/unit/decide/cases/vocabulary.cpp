#include "tests/unit/decide/cases/vocabulary.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ra::cases {

namespace {

using Rest = std::string_view;
using std::chrono::seconds;

constexpr pid_t pcp_process = 103;
constexpr pid_t follow_child = 104;

template <typename Value>
struct Word {
    Rest text;
    Value value;
};
// Said to compilers that deduce nothing for an aggregate (Clang before 17).
template <typename Value>
Word(Rest, Value) -> Word<Value>;

template <typename Value, std::size_t count>
std::optional<Value> find_word(const std::array<Word<Value>, count>& words, Rest text) {
    const auto found = std::ranges::find(words, text, &Word<Value>::text);
    return found == words.end() ? std::nullopt : std::optional(found->value);
}

// "NUMBER UNIT", or "NUMBER UNITs"
std::optional<int> parse_count(Rest text, Rest unit) {
    const auto words = split_words(text);
    if (words.size() != 2 || (words[1] != unit && words[1] != std::string(unit) + "s")) return std::nullopt;
    return parse_number<int>(words[0]);
}

std::vector<std::string> parse_names(Rest text) {
    if (text == "none") return {};
    const auto words = split_words(text);
    return {words.begin(), words.end()};
}

std::string address_of(int node) { return "10.0.0." + std::to_string(node + 1); }

// The part of `text` after `start`; nothing if it starts otherwise.
std::optional<Rest> after(Rest text, Rest start) {
    if (!text.starts_with(start)) return std::nullopt;
    return text.substr(start.size());
}

bool set_number(int& number, std::optional<int> given) {
    if (given) number = *given;
    return given.has_value();
}

bool set_waits(int& number, Rest rest) { return set_number(number, parse_count(rest, "wait")); }

// "up primary", "down standby, by pgpool itself", "quarantined standby", "not shown", "another server"
bool take_node(BackendView& view, Rest text) {
    constexpr std::array statuses{
        Word<NodeStatus>{"up", NodeStatus::up}, Word<NodeStatus>{"waiting", NodeStatus::waiting},
        Word<NodeStatus>{"down", NodeStatus::down}, Word<NodeStatus>{"quarantined", NodeStatus::down}};
    constexpr std::array roles{Word<NodeRole>{"primary", NodeRole::primary},
                               Word<NodeRole>{"standby", NodeRole::standby}, Word<NodeRole>{"main", NodeRole::main},
                               Word<NodeRole>{"replica", NodeRole::replica}};
    if (text == "not shown") return true;
    if (text == "another server") {
        view.node = NodeInfo{view.id, "10.0.9.9", view.port, NodeStatus::up, NodeRole::standby, false};
        return true;
    }
    if (const auto by = text.find(", by pgpool itself"); by != Rest::npos) {
        view.detached_by = DetachedBy::pgpool;
        text = text.substr(0, by);
    }
    const auto words = split_words(text);
    if (words.size() != 2) return false;
    const auto status = find_word(statuses, words[0]);
    const auto role = find_word(roles, words[1]);
    if (!status || !role) return false;
    view.node = NodeInfo{view.id, view.host, view.port, *status, *role, words[0] == "quarantined"};
    return true;
}

// No two servers begin in the same microsecond.
constexpr std::int64_t since_long(int id) { return 1 + id; }
constexpr std::int64_t since_lately(int id) { return 1000 + id; }

// "…, up again", "…, replays late", "…, the server of node 0"
Rest take_particulars(BackendState& state, Rest text) {
    constexpr Rest again = ", up again";
    constexpr Rest late = ", replays late";
    constexpr Rest same = ", the server of node 0";
    state.up_since = text.ends_with(again) ? since_lately(state.id) : since_long(text.ends_with(same) ? 0 : state.id);
    if (text.ends_with(again)) text.remove_suffix(again.size());
    if (text.ends_with(same)) text.remove_suffix(same.size());
    if (!text.ends_with(late)) return text;
    state.replays_late = "recovery_min_apply_delay is 1h";
    text.remove_suffix(late.size());
    return text;
}

// "writable on timeline 1", "follows timeline 1", "receives nothing, timeline 1"
bool take_history(BackendState& state, Rest text) {
    const auto is_told = [&](Rest start) {
        const auto timeline = after(text, start);
        const auto number = timeline ? parse_number<std::uint32_t>(*timeline) : std::nullopt;
        state.timeline = number.value_or(0);
        return number.has_value();
    };
    if (is_told("writable on timeline ")) return true;
    state.in_recovery = true;
    if (is_told("receives nothing, timeline ")) return true;
    state.streaming = true;
    return is_told("follows timeline ");
}

// "unreachable", "refuses", "starts", or a history, "system 2, " before it if it is not that of the others.
bool take_server(BackendView& view, Rest text) {
    view.answers_without_state = text == "refuses" || text == "starts";
    view.host_answers = text != "unreachable";
    if (text == "unreachable") view.state = Error{"no answer in time"};
    if (text == "refuses") view.state = Error{"password authentication failed"};
    if (text == "starts") view.state = Error{"FATAL:  the database system is starting up"};
    if (is_asked(view.state)) return true;
    BackendState state;
    state.id = view.id;
    state.system_identifier = 1;
    if (const auto other = after(text, "system 2, ")) {
        state.system_identifier = 2;
        text = *other;
    }
    if (!take_history(state, take_particulars(state, text))) return false;
    view.state = state;
    return true;
}

// "ID: NODE | SERVER"; nodes are named in the order of their ids.
bool take_backend(State& state, Rest rest) {
    constexpr Rest bar = " | ";
    const auto colon = rest.find(": ");
    const auto half = rest.find(bar);
    if (colon == Rest::npos || half == Rest::npos || half < colon) return false;
    const auto id = parse_number<unsigned>(rest.substr(0, colon));
    if (!id || *id > state.backends.size()) return false;
    BackendView view;
    view.id = static_cast<int>(*id);
    view.host = address_of(view.id);
    view.port = 5432;
    if (!take_node(view, rest.substr(colon + 2, half - colon - 2))) return false;
    if (!take_server(view, rest.substr(half + bar.size()))) return false;
    if (*id == state.backends.size()) state.backends.emplace_back();
    view.is_on_this_site = state.backends[*id].is_on_this_site;
    state.backends[*id] = std::move(view);
    return true;
}

bool take_local_node(State& state, Rest rest) {
    const auto id = parse_number<unsigned>(rest);
    if (!id || *id >= state.backends.size()) return false;
    state.backends[*id].is_on_this_site = true;
    return true;
}

void close_pcp(State& state) {
    std::erase_if(scene::processes(state.seen), [](const auto& p) { return p.stat.id.pid == pcp_process; });
}

void open_pcp(State& state) {
    close_pcp(state);
    scene::processes(state.seen)
        .push_back(scene::of_ours(scene::child(pcp_process, "pgpool: PCP: wait for connection request")));
    state.pcp = Pcp::answers;
}

bool refuse_pcp(State& state, Rest rest) {
    state.pcp = Pcp::refuses;
    state.pcp_refusal = rest;
    return !rest.empty();
}

void end_command(State& state) { state.seen.others.clear(); }

void begin_command(State& state) {
    state.seen.others = {scene::stat(110, scene::main_pid, scene::main_pid, "failover.sh")};
}

// Forked by main into a session of its own, without a title: main goes on meanwhile.
void begin_rebuild(State& state) {
    auto child = scene::main_process();
    child.stat = scene::stat(follow_child, scene::main_pid, follow_child);
    scene::processes(state.seen).push_back(scene::of_ours(child));
    state.seen.others = {scene::stat(110, follow_child, follow_child, "follow.sh")};
}

// "a=1500 c=2500"
bool take_ranks(State& state, Rest rest) {
    std::map<std::string, int> ranks;
    for (const auto word : split_words(rest == "none" ? Rest() : rest)) {
        const auto parts = split(word, '=');
        const auto rank = parts.size() == 2 ? parse_number<int>(parts[1]) : std::nullopt;
        if (!rank) return false;
        ranks.emplace(parts[0], *rank);
    }
    state.rivals.published_ranks = std::move(ranks);
    return true;
}

// "none", "node 1"
bool take_remote_backends(State& state, Rest rest) {
    std::vector<std::string> names;
    if (rest != "none") {
        const auto id = after(rest, "node ");
        const auto number = id ? parse_number<int>(*id) : std::nullopt;
        if (!number) return false;
        names.push_back("node " + std::to_string(*number) + " (" + address_of(*number) + ":5432)");
    }
    state.isolation.remote_backends_that_answer = std::move(names);
    return true;
}

bool take_grace(State& state, Rest rest) {
    const auto number = parse_number<int>(rest);
    state.parameters.isolation_grace = seconds(number.value_or(0));
    return number.has_value();
}

bool remember_moment(std::optional<seconds>& moment, Rest span) {
    const auto count = after(span, "for ") ? parse_count(span.substr(4), "s") : std::nullopt;
    if (count) moment = State::since_boot - seconds(*count);
    return count.has_value();
}

// "attached: 0 primary", "attached: 1"
bool remember_attached(Memory& memory, Rest rest) {
    const auto words = split_words(rest);
    const auto id = words.empty() ? std::nullopt : parse_number<int>(words[0]);
    if (!id || (words.size() > 1 && words[1] != "primary")) return false;
    memory.attached.push_back({*id, since_long(static_cast<int>(*id)), words.size() > 1});
    return true;
}

bool remember_node(std::vector<int>& nodes, Rest rest) {
    const auto id = parse_number<int>(rest);
    if (id) nodes.push_back(*id);
    return id.has_value();
}

// "timeline 2", "timeline 2 without node 1"
std::optional<History> parse_shared(Rest rest) {
    const auto words = split_words(rest);
    const auto timeline =
        words.size() < 2 || words[0] != "timeline" ? std::nullopt : parse_number<std::uint32_t>(words[1]);
    if (!timeline) return {};
    History history{0, 1, *timeline};
    if (words.size() == 2) return history;
    const auto node =
        words.size() == 5 && words[2] == "without" && words[3] == "node" ? parse_number<int>(words[4]) : std::nullopt;
    if (!node) return {};
    history.left_behind = {*node};
    return history;
}

bool remember_word(Memory& memory, Rest word) {
    if (word == "promoted") return memory.promoted = true;
    if (const auto shared = after(word, "history of ")) {
        memory.history = parse_shared(*shared);
        return memory.history_is_shared = memory.history.has_value();
    }
    if (const auto node = after(word, "attached: ")) return remember_attached(memory, *node);
    if (const auto node = after(word, "kept out: ")) return remember_node(memory.kept_out, *node);
    if (const auto node = after(word, "promoted beside: ")) return remember_node(memory.promoted_beside, *node);
    if (const auto span = after(word, "watched ")) return remember_moment(memory.watched_since, *span);
    if (const auto span = after(word, "unresponsive ")) return remember_moment(memory.unresponsive_since, *span);
    if (const auto span = after(word, "childless ")) return remember_moment(memory.childless_since, *span);
    if (const auto span = after(word, "primary lost ")) return remember_moment(memory.primary_lost_since, *span);
    if (const auto span = after(word, "unreachable ")) return remember_moment(memory.unreachable_since, *span);
    if (const auto span = after(word, "isolated ")) return remember_moment(memory.isolated_since, *span);
    if (const auto timeline = after(word, "served timeline "))
        return (memory.served_timeline = parse_number<std::uint32_t>(*timeline)).has_value();
    return false;
}

// "watched for 7 s, served timeline 1, isolated for 7 s"
bool take_memory(State& state, Rest rest) {
    const auto words = split(rest, ',');
    return std::ranges::all_of(words, [&](Rest word) { return remember_word(state.remembered, trim(word)); });
}

// "none", "not known", or a history
bool take_shared_history(State& state, Rest rest) {
    if (rest == "none") return (state.shared_history = std::optional<History>()), true;
    if (rest == "not known") return (state.shared_history = Error{"not known"}), true;
    const auto shared = parse_shared(rest);
    if (shared) state.shared_history = shared;
    return shared.has_value();
}

// "attach node 1, 2 times, for 30 s"
bool take_told(State& state, Rest rest) {
    const auto parts = split(rest, ',');
    if (parts.size() != 3) return false;
    const auto times = parse_count(trim(parts[1]), "time");
    std::optional<seconds> last;
    if (!times || !remember_moment(last, trim(parts[2]))) return false;
    state.remembered.told.push_back({std::string(parts[0]), *times, *last});
    return true;
}

bool fix_primary(State& state, Rest rest) {
    const auto id = parse_number<int>(rest);
    for (auto& backend : state.backends) backend.is_always_primary = id == backend.id;
    return id.has_value();
}

bool take_level(State& state, Purpose purpose, Rest rest) {
    state.purpose = purpose;
    return set_number(state.level, parse_number<int>(rest));
}

bool take_query(State& state, QueryFindings found) {
    state.query = std::move(found);
    return true;
}

void occupy_children(State& state) {
    for (auto& process : scene::processes(state.seen))
        if (process.arguments.front() == "pgpool: wait for connection request")
            process.arguments = {"pgpool: app app 10.0.0.9(40000) idle"};
}

void stop_children(State& state) {
    for (auto& process : scene::processes(state.seen))
        if (serves_clients(process)) process.stat.state = 'T';
}

void end_children(State& state) { std::erase_if(scene::processes(state.seen), serves_clients); }

void fork_child(State& state) { scene::processes(state.seen).push_back(scene::of_ours(scene::child(107, "pgpool: "))); }

void hang_failover(State& state) {
    end_children(state);
    scene::processes(state.seen).push_back(scene::of_ours(scene::child(104, "pgpool: worker process")));
    state.accepts_clients = false;
}

void stop_idle_child(State& state) { scene::process(state.seen, 102).stat.state = 'T'; }

void end_pgpool(State& state) { state.seen = scene::nothing_runs(); }

void begin_pgpool(State& state) { state.seen = scene::pgpool_runs(); }

void take_port(State& state) {
    end_pgpool(state);
    scene::add_stranger_on_port(state.seen);
}

using Answer = QueryFindings::Answer;

constexpr std::array about_roles{
    Phrase{"node ", take_backend},
    Phrase{"this host has node ", take_local_node},
    Phrase{"PCP is not open", close_pcp},
    Phrase{"PCP answers", open_pcp},
    Phrase{"PCP answers too late", [](State& s) { s.pcp = Pcp::late; }},
    Phrase{"PCP is silent", [](State& s) { s.pcp = Pcp::silent; }},
    Phrase{"PCP is silent until its stuck workers are interrupted", [](State& s) { s.pcp = Pcp::silent_until_freed; }},
    Phrase{"PCP refuses: ", refuse_pcp},
    Phrase{"pgpool runs a command", begin_command},
    Phrase{"pgpool runs no command", end_command},
    Phrase{"pgpool runs follow_primary_command", begin_rebuild},
    Phrase{"follow_primary_command", [](State& s) { s.has_follow_primary_command = true; }},
    Phrase{"ALWAYS_PRIMARY: node ", fix_primary},
    Phrase{"watchdog", [](State& s) { s.has_watchdog = true; }},
    Phrase{"no streaming replication", [](State& s) { s.has_streaming_replication = false; }},
    Phrase{"run_follow_primary=true", [](State& s) { s.parameters.run_follow_primary = true; }},
};

constexpr std::array about_rivals{
    Phrase{"this node: ", [](State& s, Rest rest) { return s.rivals.node = std::string(rest), !rest.empty(); }},
    Phrase{"ranks: ", take_ranks},
    Phrase{"active on: ", [](State& s, Rest rest) { return s.rivals.active_nodes = parse_names(rest), true; }},
};

constexpr std::array about_isolation{
    Phrase{"ping: ",
           [](State& s, Rest rest) {
               const auto value = parse_number<int>(rest);
               s.isolation.reachable = value.value_or(0);
               return value.has_value();
           }},
    Phrase{"members: ", [](State& s, Rest rest) { return s.isolation.members = parse_names(rest), true; }},
    Phrase{"remote backends answering: ", take_remote_backends},
    Phrase{"isolation_grace=", take_grace},
    Phrase{"isolation_below=",
           [](State& s, Rest rest) { return set_number(s.parameters.isolation_below, parse_number<int>(rest)); }},
};

constexpr std::array about_effects{
    Phrase{"pgpool refuses what it is told: ", [](State& s, Rest rest) { return s.refusal = rest, !rest.empty(); }},
    Phrase{"PCP is closed at the first request", [](State& s) { s.requests_cut_short = 1; }},
    Phrase{"PCP is closed at the first request, which is taken",
           [](State& s) { s.requests_cut_short = 1, s.takes_what_is_cut_short = true; }},
    Phrase{"PCP is closed at two requests", [](State& s) { s.requests_cut_short = 2; }},
    Phrase{"a failover closes PCP", [](State& s) { s.failover_closes_pcp = true; }},
    Phrase{"pgpool never does what it is told", [](State& s) { s.waits_for_effect = std::nullopt; }},
    Phrase{"pgpool does what it is told after ",
           [](State& s, Rest rest) { return (s.waits_for_effect = parse_count(rest, "wait")).has_value(); }},
    Phrase{"time to settle: ", [](State& s, Rest rest) { return set_waits(s.time_to_settle, rest); }},
    Phrase{"time for what pgpool is told: ", [](State& s, Rest rest) { return set_waits(s.time_for_effect, rest); }},
};

constexpr std::array about_clones{
    Phrase{"primitive", [](State& s) { s.is_clone = s.is_promotable = false; }},
    Phrase{"clone", [](State& s) { s.is_clone = true; }},
    Phrase{"promotable clone", [](State& s) { s.is_clone = s.is_promotable = true; }},
};

OtherSide& other_side(State& state) {
    if (value_of(state.other_side) == nullptr) state.other_side = OtherSide{};
    return std::get<OtherSide>(state.other_side);
}

constexpr std::array about_takeover{
    Phrase{"takeover=failover_command", [](State& s) { s.parameters.takeover = TakeoverBy::failover_command; }},
    Phrase{"takeover=pg_promote", [](State& s) { s.parameters.takeover = TakeoverBy::pg_promote; }},
    Phrase{"takeover_delay=",
           [](State& s, Rest rest) {
               const auto number = parse_number<int>(rest);
               s.parameters.takeover_delay = seconds(number.value_or(0));
               return number.has_value();
           }},
    Phrase{"in the membership: ", [](State& s, Rest rest) { return other_side(s).peers = parse_names(rest), true; }},
    Phrase{"no peer was seen since boot", [](State& s) { other_side(s).was_never_seen = true; }},
    Phrase{"this side has the majority", [](State& s) { other_side(s).has_majority = true; }},
    Phrase{"the other side is fenced", [](State& s) { other_side(s).is_fenced = true; }},
    Phrase{"the network answers", [](State& s) { other_side(s).network_answers = true; }},
    Phrase{"the network does not answer", [](State& s) { other_side(s).network_answers = false; }},
};

constexpr std::array about_memory{
    Phrase{"remembered: ", take_memory},
    Phrase{"remembered: told, ", take_told},
    Phrase{"remembered: overtaken, ", [](State& s, Rest rest) { return s.remembered.overtaken = rest, !rest.empty(); }},
    Phrase{"remembered: trouble, ", [](State& s, Rest rest) { return s.remembered.trouble = rest, !rest.empty(); }},
};

constexpr std::array about_action{
    Phrase{"monitor of level ", [](State& s, Rest rest) { return take_level(s, Purpose::monitor, rest); }},
    Phrase{"probe of level ", [](State& s, Rest rest) { return take_level(s, Purpose::probe, rest); }},
    Phrase{"promote", [](State& s) { s.purpose = Purpose::promote; }},
    Phrase{"start", [](State& s) { s.purpose = Purpose::start; }},
    Phrase{"watch", [](State& s) { s.purpose = Purpose::watch; }},
    Phrase{"by hand", [](State& s) { s.cluster_asks = false; }},
    Phrase{"align=false", [](State& s) { s.parameters.align = false; }},
    Phrase{"on_split_brain=report", [](State& s) { s.parameters.on_split_brain = OnSplitBrain::report; }},
    Phrase{"isolation_attribute=",
           [](State& s, Rest rest) { return s.parameters.isolation_attribute = rest, !rest.empty(); }},
    Phrase{"unmanaged", [](State& s) { s.is_managed = false; }},
    Phrase{"timeout=",
           [](State& s, Rest rest) {
               const auto number = parse_number<int>(rest);
               s.timeout = seconds(number.value_or(0));
               return number.has_value();
           }},
    Phrase{"served last, as the cluster knows: ", take_shared_history},
    Phrase{"another action of this resource is aligning", [](State& s) { s.has_another_aligner = true; }},
    Phrase{"patience: ", [](State& s, Rest rest) { return set_waits(s.patience, rest); }},
    Phrase{"pgpool runs", begin_pgpool},
    Phrase{"pgpool does not run", end_pgpool},
    Phrase{"pgpool does not listen", [](State& s) { scene::take_sockets(s.seen); }},
    Phrase{"pgpool's main process is dead", [](State& s) { scene::end_main(s.seen); }},
    Phrase{"pgpool's main process is stopped by a signal",
           [](State& s) { scene::process(s.seen, scene::main_pid).stat.state = 'T'; }},
    Phrase{"another program has the port", take_port},
    Phrase{"the processes cannot be read", [](State& s) { s.seen.processes = Error{"cannot read '/proc'"}; }},
    Phrase{"every child of pgpool is busy", occupy_children},
    Phrase{"every child of pgpool for clients is stopped by a signal", stop_children},
    Phrase{"a child of pgpool is stopped by a signal", stop_idle_child},
    Phrase{"pgpool has no child for clients", end_children},
    Phrase{"main has just forked a child", fork_child},
    Phrase{"a failover waits for the streaming replication check", hang_failover},
    Phrase{"no client is accepted", [](State& s) { s.accepts_clients = false; }},
    Phrase{"clients are accepted", [](State& s) { s.accepts_clients = true; }},
    Phrase{"a client reaches a primary", [](State& s) { s.serves_primary = true; }},
    Phrase{"query: answered",
           [](State& s) {
               s.query = {Answer::answered, "", true};
           }},
    Phrase{"query: silent",
           [](State& s) {
               s.query = {Answer::silent, "", false};
           }},
    Phrase{"query: silent, but a child accepts",
           [](State& s) {
               s.query = {Answer::silent, "", true};
           }},
    Phrase{"query: refused, ",
           [](State& s, Rest rest) {
               return take_query(s, {Answer::refused, std::string(rest), true});
           }},
    Phrase{"query: unreachable, ",
           [](State& s, Rest rest) {
               return take_query(s, {Answer::unreachable, std::string(rest), false});
           }},
};

bool take(State& state, Rest line, const Phrase& phrase) {
    if (const auto* set = std::get_if<Phrase::Whole>(&phrase.effect)) {
        if (line == phrase.text) (*set)(state);
        return line == phrase.text;
    }
    const auto rest = after(line, phrase.text);
    auto changed = state;
    if (!rest || !std::get<Phrase::Beginning>(phrase.effect)(changed, *rest)) return false;
    state = std::move(changed);
    return true;
}

}  // namespace

Phrases role_phrases() { return about_roles; }
Phrases rival_phrases() { return about_rivals; }
Phrases isolation_phrases() { return about_isolation; }
Phrases effect_phrases() { return about_effects; }
Phrases clone_phrases() { return about_clones; }
Phrases takeover_phrases() { return about_takeover; }
Phrases memory_phrases() { return about_memory; }
Phrases action_phrases() { return about_action; }

bool take(State& state, std::string_view line, const std::vector<Phrases>& vocabulary) {
    for (const auto& phrases : vocabulary)
        for (const auto& phrase : phrases)
            if (take(state, line, phrase)) return true;
    return false;
}

}  // namespace ra::cases
