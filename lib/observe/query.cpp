#include "observe/query.h"

#include <fmt/format.h>

#include <cerrno>

#include "base/text.h"
#include "ocf/defaults.h"
#include "system/acceptance.h"
#include "system/ask_protocol.h"
#include "system/launcher.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds query_time = 5s;
constexpr Milliseconds acceptance_time = 1s;

// sr_check_password may be empty (then pool_passwd counts), hashed or encrypted: none of these can be sent.
std::string plain_password(const PgpoolConf& conf) {
    const auto password = conf.text("sr_check_password", "");
    if (password.starts_with("AES") || password.starts_with("md5")) return {};
    constexpr std::string_view marked_as_plain = "TEXT";
    return password.starts_with(marked_as_plain) ? password.substr(marked_as_plain.size()) : password;
}

std::string first_usable(const std::string& given, std::string_view configured, std::string_view fallback) {
    if (!given.empty()) return given;
    return std::string(configured.empty() ? fallback : configured);
}

// libpq's own variables; they stay off the command line, where everybody could read them.
Variables connection_variables(const Parameters& parameters, const Endpoints& at) {
    Variables variables{
        {"PGPORT", std::to_string(at.port)},
        {"PGHOST", at.socket_directories.empty() ? "localhost" : at.socket_directories.front().native()},
        {"PGAPPNAME", "ocf:custom:pgpool"},
        {"PGCONNECT_TIMEOUT", "5"}};
    const auto conf = PgpoolConf::read(parameters.config);
    const auto configured = [&](std::string_view name) { return conf ? conf->text(name, "") : std::string(); };
    variables["PGUSER"] = first_usable(parameters.backend_user, configured("sr_check_user"), "nobody");
    variables["PGDATABASE"] = first_usable(parameters.backend_database, configured("sr_check_database"), "postgres");
    if (!parameters.backend_passfile.empty()) {
        variables["PGPASSFILE"] = parameters.backend_passfile;
    } else if (const auto password = conf ? plain_password(*conf) : ""; !password.empty()) {
        variables["PGPASSWORD"] = password;
    }
    return variables;
}

QueryFindings to_findings(const Result<Output>& output) {
    using Answer = QueryFindings::Answer;
    if (!output && output.error().number == ETIMEDOUT) return {Answer::silent, output.error().message};
    if (!output) return {Answer::not_possible, output.error().message};
    const auto detail = one_line(output->text, 200);
    const auto status = output->ending.exit_status;
    if (status == ask::answered) return {Answer::answered, detail};
    if (status == ask::refused) return {Answer::refused, detail};
    if (status == ask::unreachable) return {Answer::unreachable, detail};
    if (status == ask::silent) return {Answer::silent, detail};
    return {Answer::not_possible, fmt::format("{} ended with {}", defaults::ask_program, output->ending.text())};
}

}  // namespace

QueryFindings query_through_pgpool(const Parameters& parameters, const Endpoints& at, Deadline deadline) {
    const Command command{defaults::ask_program, {}, connection_variables(parameters, at)};
    auto found = to_findings(run(command, deadline.but_within(query_time)));
    if (found.answer == QueryFindings::Answer::silent) {
        const auto sockets = at.service_sockets();
        found.accepts_clients =
            !sockets.empty() && accepts_client(sockets.front(), deadline.but_within(acceptance_time));
    }
    return found;
}

}  // namespace ra
