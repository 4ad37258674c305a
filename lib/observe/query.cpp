#include "observe/query.h"

#include <fmt/format.h>

#include "base/text.h"
#include "observe/roles.h"
#include "ocf/defaults.h"
#include "system/ask_protocol.h"
#include "system/launcher.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds query_time = 5s;
constexpr Milliseconds acceptance_time = 1s;

std::string host_of(const ClientAddress& address) {
    if (const auto* listener = std::get_if<TcpListener>(&address)) return listener->address;
    return std::get<std::filesystem::path>(address).parent_path();
}

Variables connection(const Parameters& parameters, const ClientAddress& address, std::uint16_t port) {
    const auto conf = PgpoolConf::read(parameters.config);
    auto login = conf ? backend_login(parameters, *conf) : Variables();
    login["host"] = host_of(address);
    login["port"] = std::to_string(port);
    Variables variables;
    for (const auto& [name, value] : login) variables[fmt::format("{}0_{}", ask::backend_prefix, name)] = value;
    return variables;
}

QueryFindings to_findings(const Result<Output>& output) {
    using Answer = QueryFindings::Answer;
    if (!output) return {Answer::not_possible, output.error().message};
    if (output->timed_out) return {Answer::silent, "no answer in time"};
    const auto detail = one_line(output->text, 200);
    const auto status = output->ending.exit_status;
    if (status == ask::answered) return {Answer::answered, detail};
    if (status == ask::refused)
        return {has_lost_main_node(output->text) ? Answer::lost_main_node : Answer::refused, detail};
    if (status == ask::unreachable) return {Answer::unreachable, detail};
    if (status == ask::silent) return {Answer::silent, detail};
    return {Answer::not_possible,
            fmt::format("{} ended with {}", defaults::ask_postgres_program, output->ending.text())};
}

}  // namespace

bool has_lost_main_node(std::string_view words) {
    // "master" up to version 4.1
    return words.find("kind does not match between main(0)") != std::string_view::npos ||
           words.find("kind does not match between master(0)") != std::string_view::npos;
}

QueryFindings query_through_pgpool(const Parameters& parameters, const ClientAddress& address, std::uint16_t port,
                                   Deadline deadline) {
    const Command command{
        std::filesystem::path(defaults::ask_postgres_program), {"query"}, connection(parameters, address, port)};
    auto found = to_findings(run(command, deadline.but_within(query_time)));
    if (found.answer == QueryFindings::Answer::silent)
        found.accepts_clients = accepts_client(address, deadline.but_within(acceptance_time));
    return found;
}

}  // namespace ra
