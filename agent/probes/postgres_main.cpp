// pgpool-ask-postgres: asks PostgreSQL, and makes a password, as it has OpenSSL loaded for libpq;
// pgpool/probe_protocol.h is the contract.

#include <unistd.h>

#include <array>
#include <optional>
#include <utility>

#include "agent/probes/postgres.h"
#include "agent/probes/program.h"
#include "agent/probes/secret.h"
#include "base/text.h"

namespace {

using namespace ra;

// BACKEND<id>_<name of a connection parameter>=<value>
std::map<int, probe::ConnectionParameters> backends_to_ask() {
    std::map<int, probe::ConnectionParameters> backends;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view text(*entry);
        const auto equals = text.find('=');
        const auto underscore = text.find('_');
        if (!text.starts_with(probe::backend_prefix) || equals == std::string_view::npos || underscore > equals)
            continue;
        const auto id =
            parse_number<int>(text.substr(probe::backend_prefix.size(), underscore - probe::backend_prefix.size()));
        if (id)
            backends[*id][std::string(text.substr(underscore + 1, equals - underscore - 1))] = text.substr(equals + 1);
    }
    return backends;
}

// "ID=MILLISECONDS", of a backend that is not waited for as long as the others.
std::optional<std::pair<int, Deadline>> parse_own_patience(std::string_view word) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) return {};
    const auto id = parse_number<int>(word.substr(0, equals));
    const auto patience = parse_number<long>(word.substr(equals + 1));
    if (!id || !patience) return {};
    return std::pair{*id, Deadline::in(Milliseconds{*patience})};
}

// The arguments are the patience in milliseconds, and those of single backends.
int run_backends(std::span<char*> arguments) {
    const auto patience = arguments.empty() ? std::nullopt : parse_number<long>(arguments.front());
    if (!patience) return probe::misused;
    std::map<int, Deadline> earlier;
    for (const char* word : arguments.subspan(1)) {
        const auto own = parse_own_patience(word);
        if (!own) return probe::misused;
        earlier.insert(*own);
    }
    probe::ask_backends(backends_to_ask(), Deadline::in(Milliseconds{*patience}), earlier,
                        [](const probe::BackendAnswer& answer) {
                            probe::print(std::visit([](const auto& fact) { return probe::to_line(fact); }, answer));
                        });
    return probe::answered;
}

int with_first_backend(probe::QueryAnswer (*ask)(const probe::ConnectionParameters&)) {
    const auto backends = backends_to_ask();
    if (backends.empty()) return probe::misused;
    const auto answer = ask(backends.begin()->second);
    probe::print(answer.detail);
    return answer.status;
}
int run_query(std::span<char*>) { return with_first_backend(probe::query_in_turn); }
int run_primary(std::span<char*>) { return with_first_backend(probe::ask_for_primary); }
int run_promote(std::span<char*>) { return with_first_backend(probe::promote_server); }

int run_secret(std::span<char*>) {
    const auto secret = probe::make_secret();
    if (!secret) return probe::report(secret.error());
    probe::print(*secret);
    return probe::answered;
}

constexpr std::array verbs{probe::Verb{"backends", run_backends}, probe::Verb{"query", run_query},
                           probe::Verb{"primary", run_primary}, probe::Verb{"promote", run_promote},
                           probe::Verb{"secret", run_secret}};

}  // namespace

int main(int argc, char** argv) { return probe::run_program({argv, static_cast<std::size_t>(argc)}, verbs); }
