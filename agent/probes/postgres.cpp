#include "agent/probes/postgres.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/text.h"
#include "os/name_lookup.h"

namespace ra::probe {

namespace {

struct Finish {
    void operator()(PGconn* connection) const { ::PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
struct Clear {
    void operator()(PGresult* rows) const { ::PQclear(rows); }
};
using Rows = std::unique_ptr<PGresult, Clear>;

// Version 10 renamed the functions. A writable server's timeline is in the name of the file that it writes: its control
// file names the old one until the checkpoint after a promotion. A standby's is the one it receives. A WAL receiver
// that began again shows that the network, or the server behind one postmaster, was lost; since version 10 it can be
// seen, by a role that may. recovery_min_apply_delay is a setting since version 12, and no other process sees it
// before.
constexpr const char* question_since_10 =
    "SELECT pg_is_in_recovery()::int, (SELECT system_identifier FROM pg_control_system()),"
    " CASE WHEN pg_is_in_recovery() THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver),"
    " (SELECT timeline_id FROM pg_control_checkpoint()))"
    " ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,"
    " pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(),"
    " pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_lsn() END, '0/0')::bigint,"
    " (SELECT count(*) FROM pg_stat_wal_receiver),"
    " (SELECT conninfo FROM pg_stat_wal_receiver),"
    " (extract(epoch FROM greatest(pg_postmaster_start_time(), (SELECT max(backend_start) FROM pg_stat_activity"
    " WHERE backend_type = 'walreceiver'))) * 1000000)::bigint,"
    " CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused()::int ELSE 0 END,"
    " current_setting('recovery_min_apply_delay', true)";
constexpr const char* question_of_9_6 =
    "SELECT pg_is_in_recovery()::int, (SELECT system_identifier FROM pg_control_system()),"
    " CASE WHEN pg_is_in_recovery() THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver),"
    " (SELECT timeline_id FROM pg_control_checkpoint()))"
    " ELSE ('x' || substr(pg_xlogfile_name(pg_current_xlog_location()), 1, 8))::bit(32)::int END,"
    " pg_xlog_location_diff(CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_xlog_receive_location(),"
    " pg_last_xlog_replay_location(), '0/0') ELSE pg_current_xlog_location() END, '0/0')::bigint,"
    " (SELECT count(*) FROM pg_stat_wal_receiver),"
    " (SELECT conninfo FROM pg_stat_wal_receiver),"
    " (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint,"
    " CASE WHEN pg_is_in_recovery() THEN pg_is_xlog_replay_paused()::int ELSE 0 END,"
    " current_setting('recovery_min_apply_delay', true)";

std::string why_it_replays_late(bool is_paused, std::string_view delay) {
    if (is_paused) return "its replay is paused";
    if (delay.empty() || delay == "0") return {};
    return fmt::format("recovery_min_apply_delay is {}", delay);
}

// conninfo is empty for a role that may not see it; that it streams is known all the same.
void read_upstream(const char* conninfo, BackendState& state) {
    const std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> options(::PQconninfoParse(conninfo, nullptr),
                                                                                 &::PQconninfoFree);
    for (auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const std::string_view name = option->keyword;
        if (name == "host") state.upstream_host = option->val;
        if (name == "port") state.upstream_port = parse_number<std::uint16_t>(option->val).value_or(0);
    }
}

std::optional<BackendState> read_state(int id, const PGresult* rows) {
    if (::PQntuples(rows) != 1 || ::PQnfields(rows) != 9) return std::nullopt;
    const auto text = [rows](int column) { return std::string_view(::PQgetvalue(rows, 0, column)); };
    BackendState state;
    state.id = id;
    state.in_recovery = text(0) == "1";
    const auto system = parse_number<std::uint64_t>(text(1));
    const auto timeline = parse_number<std::uint32_t>(text(2));
    const auto position = parse_number<std::uint64_t>(text(3));
    const auto up_since = parse_number<std::int64_t>(text(6));
    if (!system || !timeline || !position || !up_since) return std::nullopt;
    state.system_identifier = *system;
    state.timeline = *timeline;
    state.position = *position;
    state.streaming = text(4) != "0";
    state.up_since = *up_since;
    read_upstream(::PQgetvalue(rows, 0, 5), state);
    if (state.in_recovery) state.replays_late = why_it_replays_late(text(7) != "0", text(8));
    return state;
}

// Connection parameters as libpq takes them: two arrays that end with a null pointer.
class Keywords {
 public:
    explicit Keywords(const ConnectionParameters& parameters) {
        for (const auto& [name, value] : parameters) {
            names_.push_back(name.c_str());
            values_.push_back(value.c_str());
        }
        names_.push_back(nullptr);
        values_.push_back(nullptr);
    }
    [[nodiscard]] const char* const* names() const { return names_.data(); }
    [[nodiscard]] const char* const* values() const { return values_.data(); }

 private:
    std::vector<const char*> names_;
    std::vector<const char*> values_;
};

// libpq's message without its first words, which say again who was asked.
std::string_view message_of(const PGconn* connection) {
    const std::string_view message = ::PQerrorMessage(connection);
    constexpr std::string_view prefix_end = " failed: ";
    const auto prefix = message.find(prefix_end);
    return prefix == std::string_view::npos ? message : message.substr(prefix + prefix_end.size());
}

// CONNECTION_GSS_STARTUP, which libpq's header names from 12 on.
constexpr int gss_startup = 11;

// A conversation with one backend that never blocks: log in, ask, read.
class Conversation {
 public:
    Conversation(int id, Deadline deadline, const Result<ConnectionParameters>& reachable)
        : id_(id), deadline_(deadline) {
        if (!reachable) {
            answer_ = BackendFailure{id_, Heard::not_asked, reachable.error().message};
            return;
        }
        const auto& parameters = *reachable;
        const Keywords keywords(parameters);
        connection_.reset(::PQconnectStartParams(keywords.names(), keywords.values(), 0));
        if (!connection_ || ::PQstatus(connection_.get()) == CONNECTION_BAD) fail();
    }

    [[nodiscard]] const std::optional<BackendAnswer>& answer() const { return answer_; }

    // What to wait for before go_on().
    [[nodiscard]] struct pollfd interest() const {
        const bool writes = logging_in_ ? login_ == PGRES_POLLING_WRITING : flushing_;
        return {::PQsocket(connection_.get()), static_cast<short>(writes ? POLLOUT | POLLIN : POLLIN), 0};
    }

    void go_on() {
        if (logging_in_) {
            go_on_logging_in();
        } else {
            read_answer();
        }
    }

    [[nodiscard]] const Deadline& deadline() const { return deadline_; }

    void give_up() { answer_ = BackendFailure{id_, heard_, "no answer in time"}; }

 private:
    void go_on_logging_in() {
        // Whatever fails after the first answer is the server's own word, or its silence after that.
        const auto before = ::PQstatus(connection_.get());
        if (before == CONNECTION_AWAITING_RESPONSE || before == CONNECTION_AUTH_OK || before == CONNECTION_SETENV)
            heard_ = Heard::answer;
        login_ = ::PQconnectPoll(connection_.get());
        if (login_ == PGRES_POLLING_FAILED) {
            // A server that refuses the encryption, or whose certificate does not fit, is there.
            if (before == CONNECTION_SSL_STARTUP || before == gss_startup) heard_ = Heard::answer;
            return fail();
        }
        if (heard_ == Heard::nothing && ::PQstatus(connection_.get()) != CONNECTION_STARTED) heard_ = Heard::connection;
        if (login_ != PGRES_POLLING_OK) return;
        logging_in_ = false;
        heard_ = Heard::answer;
        constexpr int version_10 = 100000;
        const auto* question = ::PQserverVersion(connection_.get()) >= version_10 ? question_since_10 : question_of_9_6;
        if (::PQsetnonblocking(connection_.get(), 1) != 0 || ::PQsendQuery(connection_.get(), question) == 0)
            return fail();
        flushing_ = ::PQflush(connection_.get()) == 1;
    }

    void read_answer() {
        if (flushing_) flushing_ = ::PQflush(connection_.get()) == 1;
        if (::PQconsumeInput(connection_.get()) == 0) return fail();
        if (::PQisBusy(connection_.get()) != 0) return;
        const Rows rows(::PQgetResult(connection_.get()));
        if (::PQresultStatus(rows.get()) != PGRES_TUPLES_OK) return fail();
        const auto state = read_state(id_, rows.get());
        if (state) {
            answer_ = *state;
        } else {
            answer_ =
                BackendFailure{id_, Heard::answer,
                               "the answer is not what was expected: system identifier, timeline, position, start"};
        }
    }

    // Without hints.
    [[nodiscard]] std::string short_message() const {
        const auto message = message_of(connection_.get());
        return one_line(message.substr(0, message.find('\n')), 200);
    }

    void fail() { answer_ = BackendFailure{id_, heard_, connection_ ? short_message() : "out of memory"}; }

    int id_;
    Deadline deadline_;
    Connection connection_;
    PostgresPollingStatusType login_ = PGRES_POLLING_WRITING;
    bool logging_in_ = true;
    bool flushing_ = false;
    Heard heard_ = Heard::nothing;
    std::optional<BackendAnswer> answer_;
};

// With the addresses of its host, so that libpq looks nothing up. Its name stays for the certificate and the password
// file.
Result<ConnectionParameters> with_addresses(ConnectionParameters parameters,
                                            const std::map<std::string, Result<Addresses>>& known) {
    const auto host = parameters.find("host");
    const auto found = host == parameters.end() ? known.end() : known.find(host->second);
    if (found == known.end()) return parameters;
    if (!found->second) return found->second.error();
    std::string hosts;
    std::string addresses;
    for (const auto& address : *found->second) {
        hosts.append(hosts.empty() ? "" : ",").append(found->first);
        addresses.append(addresses.empty() ? "" : ",").append(address);
    }
    parameters["host"] = hosts;
    parameters["hostaddr"] = addresses;
    return parameters;
}

std::set<std::string> names_in(const std::map<int, ConnectionParameters>& backends) {
    std::set<std::string> names;
    for (const auto& [id, parameters] : backends)
        if (const auto host = parameters.find("host"); host != parameters.end() && is_name(host->second))
            names.insert(host->second);
    return names;
}

// libpq tells the two apart by its words alone; what is misread here is a refusal, which restarts nothing.
int classify_failure(PGconn* connection) {
    const std::string_view message = ::PQerrorMessage(connection);
    const auto says = [message](const char* words) { return message.find(words) != std::string_view::npos; };
    if (says("timeout expired")) return silent;
    if (says("Connection refused") || says("No such file or directory")) return unreachable;
    return refused;
}

// `query` gives a row that is true; `otherwise` says what it means if it is not.
QueryAnswer query_once(const Keywords& keywords, const char* query, const char* otherwise) {
    const Connection connection(::PQconnectdbParams(keywords.names(), keywords.values(), 0));
    if (::PQstatus(connection.get()) != CONNECTION_OK)
        return {classify_failure(connection.get()), std::string(message_of(connection.get()))};
    const Rows rows(::PQexec(connection.get(), query));
    if (::PQresultStatus(rows.get()) != PGRES_TUPLES_OK) return {refused, std::string(message_of(connection.get()))};
    const bool is_true = ::PQntuples(rows.get()) == 1 && std::string_view(::PQgetvalue(rows.get(), 0, 0)) == "t";
    return is_true ? QueryAnswer{} : QueryAnswer{refused, otherwise};
}

}  // namespace

void ask_backends(const std::map<int, ConnectionParameters>& backends, Deadline deadline,
                  const std::map<int, Deadline>& earlier, const std::function<void(const BackendAnswer&)>& take) {
    std::vector<Conversation> open;
    open.reserve(backends.size());
    // Half of the time is for the servers whose names are known.
    const auto known = look_up(names_in(backends), deadline.but_within(deadline.remaining() / 2));
    for (const auto& [id, parameters] : backends) {
        const auto own = earlier.find(id);
        open.emplace_back(id, own == earlier.end() ? deadline : own->second, with_addresses(parameters, known));
    }
    for (;;) {
        std::erase_if(open, [&take](const Conversation& conversation) {
            if (conversation.answer()) take(*conversation.answer());
            return conversation.answer().has_value();
        });
        if (open.empty()) return;
        std::vector<struct pollfd> interests;
        for (const auto& conversation : open) interests.push_back(conversation.interest());
        auto next = deadline;
        for (const auto& conversation : open) next = next.but_within(conversation.deadline().remaining());
        ::poll(interests.data(), interests.size(), next.poll_timeout());
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (interests[i].revents != 0) open[i].go_on();
            if (!open[i].answer() && open[i].deadline().passed()) open[i].give_up();
        }
    }
}

QueryAnswer promote_server(const ConnectionParameters& parameters) {
    return query_once(Keywords(parameters), "SELECT pg_promote(true, 60)", "it was not done in time");
}

// pgpool may balance the load of any other query that changes nothing.
QueryAnswer ask_for_primary(const ConnectionParameters& parameters) {
    return query_once(Keywords(parameters), "/*NO LOAD BALANCE*/ SELECT NOT pg_is_in_recovery()", "it is a standby");
}

QueryAnswer query_in_turn(const ConnectionParameters& parameters) {
    constexpr int clients = 4;
    const Keywords keywords(parameters);
    QueryAnswer answer;
    for (int client = 0; client < clients && answer.status == answered; ++client)
        answer = query_once(keywords, "SELECT true", "no row");
    return answer;
}

}  // namespace ra::probe
