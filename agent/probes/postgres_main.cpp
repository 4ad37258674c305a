// pgpool-ask-postgres: asks PostgreSQL, and makes a password, as it has OpenSSL loaded for libpq;
// pgpool/probe_protocol.h is the contract.

#include <unistd.h>

#include <array>

#include "agent/probes/postgres.h"
#include "agent/probes/program.h"
#include "agent/probes/secret.h"
#include "base/text.h"

extern char** environ;

namespace {

using namespace ra;

// BACKEND<id>_<name of a connection parameter>=<value>
std::map<int, probe::ConnectionParameters> backends_to_ask() {
    std::map<int, probe::ConnectionParameters> backends;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view text(*entry);
        const auto equals = text.find('=');
        const auto underscore = text.find('_');
        if (!text.starts_with(probe::backend_prefix) || equals == text.npos || underscore > equals) continue;
        const auto id =
            parse_number<int>(text.substr(probe::backend_prefix.size(), underscore - probe::backend_prefix.size()));
        if (id)
            backends[*id][std::string(text.substr(underscore + 1, equals - underscore - 1))] = text.substr(equals + 1);
    }
    return backends;
}

// The argument is the patience in milliseconds.
int run_backends(std::span<char*> arguments) {
    const auto patience = arguments.empty() ? std::nullopt : parse_number<long>(arguments.front());
    if (!patience) return probe::misused;
    probe::ask_backends(backends_to_ask(), Deadline::in(Milliseconds{*patience}),
                        [](const probe::BackendAnswer& answer) {
                            probe::print(std::visit([](const auto& fact) { return probe::to_line(fact); }, answer));
                        });
    return probe::answered;
}

int run_query(std::span<char*>) {
    const auto backends = backends_to_ask();
    if (backends.empty()) return probe::misused;
    const auto answer = probe::query_in_turn(backends.begin()->second);
    probe::print(answer.detail);
    return answer.status;
}

int run_secret(std::span<char*>) {
    const auto secret = probe::make_secret();
    if (!secret) return probe::report(secret.error());
    probe::print(*secret);
    return probe::answered;
}

constexpr std::array verbs{probe::Verb{"backends", run_backends}, probe::Verb{"query", run_query},
                           probe::Verb{"secret", run_secret}};

}  // namespace

int main(int argc, char** argv) { return probe::run_program({argv, static_cast<std::size_t>(argc)}, verbs); }
