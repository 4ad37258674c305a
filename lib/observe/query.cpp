#include "observe/query.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ocf/defaults.h"
#include "pgpool/client_handshake.h"
#include "pgpool/probe_protocol.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds query_time = 5s;
constexpr Milliseconds acceptance_time = 1s;
constexpr Milliseconds primary_time = 1s;

std::string host_of(const ClientAddress& address) {
    if (const auto* listener = std::get_if<TcpListener>(&address)) return listener->address;
    return std::get<std::filesystem::path>(address).parent_path();
}

Variables connection(Variables login, const ClientAddress& address, std::uint16_t port) {
    login["host"] = host_of(address);
    login["port"] = std::to_string(port);
    Variables variables;
    for (const auto& [name, value] : login) variables[fmt::format("{}0_{}", probe::backend_prefix, name)] = value;
    return variables;
}

Result<Output> ask_through_pgpool(const char* verb, const Variables& login, const ClientAddress& address,
                                  std::uint16_t port, Deadline deadline) {
    return run_program(
        {std::filesystem::path(defaults::ask_postgres_program), {verb}, connection(login, address, port)}, deadline);
}

QueryFindings to_findings(const Result<Output>& output) {
    using Answer = QueryFindings::Answer;
    if (!output) return {Answer::not_possible, output.error().message};
    if (output->timed_out) return {Answer::silent, "no answer in time"};
    const auto detail = one_line(output->text, 400);
    const auto status = output->ending.exit_status;
    if (status == probe::answered) return {Answer::answered, detail};
    if (status == probe::refused) return {Answer::refused, detail};
    if (status == probe::unreachable) return {Answer::unreachable, detail};
    if (status == probe::silent) return {Answer::silent, detail};
    return {Answer::not_possible,
            fmt::format("{} ended with {}", defaults::ask_postgres_program, output->ending.text())};
}

}  // namespace

QueryFindings query_through_pgpool(const Variables& login, const ClientAddress& address, std::uint16_t port,
                                   Deadline deadline) {
    auto found = to_findings(ask_through_pgpool("query", login, address, port, deadline.but_within(query_time)));
    if (found.answer == QueryFindings::Answer::silent)
        found.accepts_clients = accepts_client(address, deadline.but_within(acceptance_time));
    return found;
}

bool reaches_primary(const Variables& login, const ClientAddress& address, std::uint16_t port, Deadline deadline) {
    const auto output = ask_through_pgpool("primary", login, address, port, deadline.but_within(primary_time));
    return output && output->succeeded();
}

}  // namespace ra
