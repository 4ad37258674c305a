#include "observe/roles.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "ocf/defaults.h"
#include "system/own_addresses.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr int most_backends = 128;  // MAX_NUM_BACKENDS
constexpr std::uint16_t default_backend_port = 5432;

// sr_check_password may be empty (then pool_passwd counts), hashed or encrypted: none of these can be sent.
std::string plain_password(const PgpoolConf& conf) {
    const auto password = conf.text("sr_check_password", "");
    if (password.starts_with("AES") || password.starts_with("md5")) return {};
    constexpr std::string_view marked_as_plain = "TEXT";
    return password.starts_with(marked_as_plain) ? password.substr(marked_as_plain.size()) : password;
}

std::string first_of(const std::string& given, const std::string& configured, std::string_view fallback) {
    if (!given.empty()) return given;
    return configured.empty() ? std::string(fallback) : configured;
}

Command ask_for_states(const std::vector<BackendView>& backends, const Variables& login, Milliseconds patience) {
    Variables variables;
    for (const auto& backend : backends) {
        const auto add = [&](std::string_view name, const std::string& value) {
            variables[fmt::format("{}{}_{}", ask::backend_prefix, backend.id, name)] = value;
        };
        for (const auto& [name, value] : login) add(name, value);
        add("host", backend.host);
        add("port", std::to_string(backend.port));
    }
    return {std::filesystem::path(defaults::ask_postgres_program),
            {"backends", std::to_string(patience.count())},
            std::move(variables)};
}

BackendView* find_backend(std::vector<BackendView>& backends, int id) {
    const auto found = std::ranges::find(backends, id, &BackendView::id);
    return found == backends.end() ? nullptr : &*found;
}

// Why the program that asks PostgreSQL could not ask; empty if it could. Its own end is no silence of a server.
std::string why_not_asked(const Result<Output>& output) {
    if (!output) return output.error().message;
    if (output->timed_out || output->succeeded()) return {};
    return fmt::format("{} ended with {}", defaults::ask_postgres_program, output->ending.text());
}

void take_states(const Result<Output>& output, std::vector<BackendView>& backends) {
    const auto not_asked = why_not_asked(output);
    for (auto& backend : backends) backend.state = Error{not_asked.empty() ? "no answer in time" : not_asked, 0};
    if (!output) return;
    for (const auto line : split(output->text, '\n')) {
        if (const auto state = ask::parse_state(line))
            if (auto* backend = find_backend(backends, state->id)) backend->state = *state;
        if (const auto failure = ask::parse_failure(line)) {
            auto* backend = find_backend(backends, failure->id);
            if (backend == nullptr) continue;
            backend->state = Error{failure->message, 0};
            backend->answers_without_state = failure->reached;
        }
    }
}

// libpcp passes over a file that it cannot use without a word; a wrong password is all that would be told.
Status check_pcp_password_file(const std::filesystem::path& file) {
    if (file.empty()) return Error{"there is no password for PCP: pcp_user is set, and pcp_passfile is not"};
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0) return system_error("read the PCP password file", file.native(), errno);
    const auto mode = about.st_mode & 07777;
    if (!S_ISREG(about.st_mode) || (mode & 0077) != 0)
        return Error{fmt::format("cannot use the PCP password file '{}': mode {:04o} (expected a file of mode 0600)",
                                 file.native(), mode)};
    return Done{};
}

// pgpool asks the backends one after another before it answers, from 4.3 on: the first one that it says nothing of may
// be why it is late.
std::string why_late(const std::vector<BackendView>& backends) {
    const std::string late = "PCP gave no answer in time";
    const auto awaited =
        std::ranges::find_if(backends, [](const BackendView& backend) { return value_of(backend.node) == nullptr; });
    const auto* error = awaited == backends.end() ? nullptr : std::get_if<Error>(&awaited->state);
    return error == nullptr ? late : fmt::format("{}; {}: {}", late, awaited->name(), error->message);
}

std::string why_incomplete(const Output& output, const std::vector<BackendView>& backends) {
    if (output.timed_out) return why_late(backends);
    if (output.succeeded()) return {};
    const auto lines = split(output.text, '\n');
    return one_line(lines.back(), 200);
}

// Of long names PCP tells the beginning.
bool is_same_server(const NodeInfo& node, const BackendView& backend) {
    constexpr std::size_t kept = 127;  // MAX_DB_HOST_NAMELEN
    return node.port == backend.port && node.host == backend.host.substr(0, kept);
}

// backend_clustering_mode from 4.2 on; before that two parameters, of which the second has "stream" as its default.
bool has_streaming_replication(const PgpoolConf& conf) {
    if (const auto* mode = conf.find("backend_clustering_mode")) return *mode == "streaming_replication";
    return !is_on(conf.text("replication_mode", "off")) && !is_on(conf.text("native_replication", "off")) &&
           conf.text("master_slave_sub_mode", "stream") == "stream";
}

// The nodes that came count, also when the rest did not.
void take_nodes(const Result<Output>& output, RoleFacts& facts) {
    if (!output) {
        facts.pcp_failure = output.error().message;
        return;
    }
    std::string changed;
    for (const auto line : split(output->text, '\n')) {
        const auto node = ask::parse_node(line);
        auto* backend = node ? find_backend(facts.backends, node->id) : nullptr;
        if (backend == nullptr) continue;
        if (!is_same_server(*node, *backend)) changed = backend->name();
        backend->node = *node;
    }
    const auto is_known = [](const BackendView& backend) { return value_of(backend.node) != nullptr; };
    const bool all_known = std::ranges::all_of(facts.backends, is_known);
    facts.pcp_failure = why_incomplete(*output, facts.backends);
    facts.pcp_is_silent = output->timed_out && std::ranges::none_of(facts.backends, is_known);
    if (!all_known && facts.pcp_failure.empty())
        facts.pcp_failure = "PCP does not know every backend of pgpool.conf: pgpool runs with another configuration";
    if (!changed.empty())
        facts.pcp_failure = fmt::format("pgpool has another server as {}: it runs with another configuration", changed);
}

}  // namespace

bool BackendView::is_writable() const {
    const auto* said = value_of(state);
    return said != nullptr && !said->in_recovery;
}

bool BackendView::serves_writes() const {
    const auto* seen = value_of(node);
    return is_writable() && seen != nullptr && seen->role == NodeRole::primary && seen->attached();
}

std::string BackendView::name() const { return fmt::format("node {} ({}:{})", id, host, port); }

std::vector<BackendView> configured_backends(const PgpoolConf& conf) {
    std::vector<BackendView> backends;
    for (int id = 0; id < most_backends; ++id) {
        const auto* host = conf.find(fmt::format("backend_hostname{}", id));
        if (host == nullptr) continue;
        BackendView backend;
        backend.id = id;
        backend.host = *host;
        backend.port = parse_number<std::uint16_t>(conf.text(fmt::format("backend_port{}", id), ""))
                           .value_or(default_backend_port);
        backends.push_back(std::move(backend));
    }
    return backends;
}

Variables backend_login(const Parameters& parameters, const PgpoolConf& conf) {
    Variables login;
    for (const auto& [name, value] : parameters.backend_options) login[name] = value;
    login["user"] = first_of(parameters.backend_user, conf.text("sr_check_user", ""), "nobody");
    login["dbname"] = first_of(parameters.backend_database, conf.text("sr_check_database", ""), "postgres");
    login["application_name"] = "ocf:custom:pgpool";
    if (!parameters.backend_passfile.empty()) {
        login["passfile"] = parameters.backend_passfile;
    } else if (auto password = plain_password(conf); !password.empty()) {
        login["password"] = std::move(password);
    }
    return login;
}

Result<Variables> pcp_login(const Parameters& parameters, const PcpAccountFiles& own,
                            const std::vector<std::string>& arguments_of_main, const Endpoints& at) {
    Variables login{{"PCP_PORT", std::to_string(at.pcp_port)}};
    login["PCP_HOST"] = at.pcp_socket_directories.empty() ? "localhost" : at.pcp_socket_directories.front().native();
    if (!parameters.pcp_user.empty()) {
        const auto usable = check_pcp_password_file(parameters.pcp_passfile);
        if (!usable) return usable.error();
        login["PCP_USER"] = parameters.pcp_user;
        login["PCPPASSFILE"] = parameters.pcp_passfile;
        return login;
    }
    if (std::ranges::find(arguments_of_main, own.pcp_config().native()) == arguments_of_main.end())
        return Error{
            "there is no PCP account: this pgpool was not started by the agent, and parameter pcp_user is not set"};
    const auto account = own.account();
    if (!account) return account.error();
    login["PCP_USER"] = account->user;
    login["PCP_PASSWORD"] = account->password;
    return login;
}

RoleFacts ask_for_roles(const PgpoolConf& conf, const Variables& backend_login, const Result<Variables>& pcp_login,
                        Deadline deadline) {
    RoleFacts facts;
    facts.backends = configured_backends(conf);
    facts.has_follow_primary_command =
        !conf.text("follow_primary_command", "").empty() || !conf.text("follow_master_command", "").empty();
    facts.has_watchdog = is_on(conf.text("use_watchdog", "off"));
    facts.has_streaming_replication = has_streaming_replication(conf);
    const auto states = ask_for_states(facts.backends, backend_login, std::min<Milliseconds>(deadline.remaining(), 3s));
    if (!pcp_login) {
        take_states(run(states, deadline), facts.backends);
        facts.pcp_failure = pcp_login.error().message;
        return facts;
    }
    const auto outputs =
        run_both({std::filesystem::path(defaults::ask_pcp_program), {"nodes"}, *pcp_login}, states, deadline);
    take_states(outputs.second, facts.backends);
    take_nodes(outputs.first, facts);
    return facts;
}

Result<std::vector<std::string>> ask_remote_backends(const PgpoolConf& conf, const Variables& backend_login,
                                                     const std::set<std::string>& own_addresses, Deadline deadline) {
    auto backends = configured_backends(conf);
    std::erase_if(backends, [&](const auto& backend) { return is_on_this_host(backend.host, own_addresses); });
    std::vector<std::string> answering;
    if (backends.empty()) return answering;
    const auto output = run(ask_for_states(backends, backend_login, deadline.remaining()), deadline);
    if (const auto not_asked = why_not_asked(output); !not_asked.empty()) return Error{not_asked, 0};
    take_states(output, backends);
    for (const auto& backend : backends)
        if (value_of(backend.state) != nullptr || backend.answers_without_state) answering.push_back(backend.name());
    return answering;
}

}  // namespace ra
