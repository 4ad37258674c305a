#include "observe/roles.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "facts/address.h"
#include "ocf/defaults.h"
#include "pgpool/probe_protocol.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

std::string first_given(const std::string& given, const std::string& configured, std::string_view fallback) {
    if (!given.empty()) return given;
    return configured.empty() ? std::string(fallback) : configured;
}

void add_server(Variables& variables, const BackendAddress& server, const Variables& login) {
    const auto add = [&](std::string_view name, const std::string& value) {
        variables[fmt::format("{}{}_{}", probe::backend_prefix, server.id, name)] = value;
    };
    for (const auto& [name, value] : login) add(name, value);
    add("host", server.host);
    add("port", std::to_string(server.port));
}

Command ask_for_states(const std::vector<BackendView>& backends, const Variables& login, const SilentServers& silent,
                       Milliseconds patience) {
    Command command{
        std::filesystem::path(defaults::ask_postgres_program), {"backends", std::to_string(patience.count())}, {}};
    for (const auto& backend : backends) {
        const bool is_silent = std::ranges::find(silent.ids, backend.id) != silent.ids.end();
        if (is_silent && silent.patience == 0ms) continue;
        if (is_silent) command.arguments.push_back(fmt::format("{}={}", backend.id, silent.patience.count()));
        add_server(command.environment, {.id = backend.id, .host = backend.host, .port = backend.port}, login);
    }
    return command;
}

Command ask_for_nodes(const Variables& login, const SilentServers& silent) {
    Command command{std::filesystem::path(defaults::ask_pcp_program), {"nodes"}, login};
    for (const int id : silent.ids) command.arguments.push_back(std::to_string(id));
    return command;
}

BackendView* find_backend(std::vector<BackendView>& backends, int id) {
    const auto found = std::ranges::find(backends, id, &BackendView::id);
    return found == backends.end() ? nullptr : &*found;
}

std::string ended_without_a_word(std::string_view program, const Output& output) {
    return fmt::format("{} ended with {}", program, output.ending.text());
}

// Why the program that asks PostgreSQL could not ask; empty if it could. Its own end is no silence of a server.
std::string why_not_asked(const Result<Output>& output) {
    if (!output) return output.error().message;
    if (output->timed_out || output->succeeded()) return {};
    return ended_without_a_word(defaults::ask_postgres_program, *output);
}

// A host that refuses the connection can be reached: the network is there.
bool is_refused(const BackendView& backend) {
    const auto* error = std::get_if<Error>(&backend.state);
    return error != nullptr && (error->message.find("Connection refused") != std::string::npos ||
                                error->message.find("Connection reset") != std::string::npos);
}

void take_states(const Result<Output>& output, std::vector<BackendView>& backends) {
    const auto why = why_not_asked(output);
    for (auto& backend : backends) {
        backend.state = Error{why.empty() ? "no answer in time" : why, 0};
        backend.was_asked = why.empty();
    }
    if (!output) return;
    for (const auto line : split(output->text, '\n')) {
        if (const auto state = probe::parse_state(line))
            if (auto* backend = find_backend(backends, state->id)) {
                backend->state = *state;
                backend->was_asked = true;
            }
        if (const auto failure = probe::parse_failure(line)) {
            auto* backend = find_backend(backends, failure->id);
            if (backend == nullptr) continue;
            backend->state = Error{failure->message, 0};
            backend->was_asked = failure->heard != Heard::not_asked;
            backend->answers_without_state = failure->heard == Heard::answer;
            backend->hangs = failure->heard == Heard::connection;
        }
    }
    for (auto& backend : backends)
        backend.host_answers =
            value_of(backend.state) != nullptr || backend.answers_without_state || backend.hangs || is_refused(backend);
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

// Nothing if the program that asks PCP printed all that it had to. What it says last is why it did not.
std::string why_refused(const Output& output) {
    if (output.timed_out || output.succeeded()) return {};
    const auto last = trim(split(output.text, '\n').back());
    return last.empty() ? ended_without_a_word(defaults::ask_pcp_program, output) : one_line(last, 200);
}

// The nodes that came count, also when the rest did not.
void take_nodes(const Result<Output>& output, RoleFacts& facts) {
    if (!output) {
        facts.pcp_failure = output.error().message;
        return;
    }
    for (const auto line : split(output->text, '\n')) {
        const auto node = probe::parse_node(line);
        auto* backend = node ? find_backend(facts.backends, node->id) : nullptr;
        if (backend != nullptr) backend->node = *node;
    }
    facts.pcp_failure = why_refused(*output);
    facts.pcp_timed_out = output->timed_out;
    facts.lacks_libpcp = output->ending.exit_status == probe::without_library;
}

std::vector<BackendView> not_asked(const std::vector<BackendAddress>& addresses, const Site& site) {
    std::vector<BackendView> backends;
    for (const auto& address : addresses) {
        BackendView backend;
        backend.id = address.id;
        backend.host = address.host;
        backend.port = address.port;
        backend.is_on_this_site = is_on_this_site(address.id, address.host, site);
        backend.is_always_primary = address.is_always_primary;
        backends.push_back(std::move(backend));
    }
    return backends;
}

}  // namespace

Variables backend_login(const Parameters& parameters, const PgpoolSettings& settings) {
    Variables login;
    for (const auto& [name, value] : parameters.backend_options) login[name] = value;
    login["user"] = first_given(parameters.backend_user, settings.sr_check_user, "nobody");
    login["dbname"] = first_given(parameters.backend_database, settings.sr_check_database, "postgres");
    login["application_name"] = fmt::format("ocf:{}:pgpool", defaults::provider);
    if (!parameters.backend_passfile.empty()) {
        login["passfile"] = parameters.backend_passfile;
    } else if (!settings.sr_check_password.empty()) {
        login["password"] = settings.sr_check_password;
    }
    return login;
}

Result<Variables> pcp_login(const Parameters& parameters, const PcpAccountFiles& own,
                            const std::vector<std::string>& arguments_of_main, const PcpAddress& at) {
    Variables login{{"PCP_HOST", at.host}, {"PCP_PORT", std::to_string(at.port)}};
    if (!parameters.pcp_user.empty()) {
        const auto usable = check_pcp_password_file(parameters.pcp_passfile);
        if (!usable) return usable.error();
        login["PCP_USER"] = parameters.pcp_user;
        login["PCPPASSFILE"] = parameters.pcp_passfile;
        return login;
    }
    if (std::ranges::find(arguments_of_main, own.pcp_config().native()) == arguments_of_main.end())
        return Error{
            "there is no PCP account: this pgpool runs without the agent's own, and parameter pcp_user is not set"};
    const auto account = own.account();
    if (!account) return account.error();
    login["PCP_USER"] = account->user;
    login["PCP_PASSWORD"] = account->password;
    return login;
}

RoleFacts ask_for_roles(const PgpoolSettings& settings, const Variables& backend_login,
                        const Result<Variables>& pcp_login, const Site& site, const SilentServers& silent,
                        Deadline deadline) {
    RoleFacts facts;
    facts.backends = not_asked(settings.backends, site);
    facts.has_failover_command = !settings.failover_command.empty();
    facts.has_follow_primary_command = settings.has_follow_primary_command;
    facts.has_watchdog = settings.has_watchdog;
    facts.has_streaming_replication = settings.has_streaming_replication;
    const auto states =
        ask_for_states(facts.backends, backend_login, silent, std::min<Milliseconds>(deadline.remaining(), 3s));
    if (!pcp_login) {
        take_states(run_program(states, deadline), facts.backends);
        facts.pcp_failure = pcp_login.error().message;
        return facts;
    }
    const auto outputs = run_programs(ask_for_nodes(*pcp_login, silent), states, deadline);
    take_states(outputs.second, facts.backends);
    take_nodes(outputs.first, facts);
    return facts;
}

std::string promote_server(const BackendAddress& server, const Variables& backend_login, Deadline deadline) {
    Command command{std::filesystem::path(defaults::ask_postgres_program), {"promote"}, {}};
    add_server(command.environment, server, backend_login);
    const auto output = run_program(command, deadline);
    if (!output) return output.error().message;
    if (output->timed_out) return "pg_promote() did not end in time";
    if (output->succeeded()) return {};
    return fmt::format("pg_promote() failed: {}", one_line(output->text, 200));
}

PcpMeans look_for_pcp_means(const Parameters& parameters, Deadline deadline) {
    PcpMeans means;
    const auto output = run_program({std::filesystem::path(defaults::ask_pcp_program), {"library"}, {}}, deadline);
    means.no_library = output ? why_refused(*output) : output.error().message;
    if (!parameters.pcp_user.empty()) return means;
    if (const auto made = try_to_make_account(deadline); !made) means.no_account = made.error().message;
    return means;
}

Result<std::vector<std::string>> ask_remote_backends(const PgpoolSettings& settings, const Variables& backend_login,
                                                     const Site& site, Deadline deadline) {
    auto backends = not_asked(settings.backends, site);
    std::erase_if(backends, &BackendView::is_on_this_site);
    std::vector<std::string> answering;
    if (backends.empty()) return answering;
    const auto output = run_program(ask_for_states(backends, backend_login, {}, deadline.remaining()), deadline);
    if (const auto why = why_not_asked(output); !why.empty()) return Error{why, 0};
    take_states(output, backends);
    for (const auto& backend : backends)
        if (backend.host_answers) answering.push_back(backend.name());
    return answering;
}

}  // namespace ra
