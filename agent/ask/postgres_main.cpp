// pgpool-ask-postgres: asks PostgreSQL, and makes a password, as it has OpenSSL loaded for libpq; system/ask_protocol.h
// is the contract.

#include <unistd.h>

#include <array>

#include "agent/ask/postgres.h"
#include "agent/ask/program.h"
#include "agent/ask/secret.h"
#include "base/text.h"

extern char** environ;

namespace {

using namespace ra;

// BACKEND<id>_<name of a connection parameter>=<value>
std::map<int, ask::ConnectionParameters> backends_to_ask() {
    std::map<int, ask::ConnectionParameters> backends;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view text(*entry);
        const auto equals = text.find('=');
        const auto underscore = text.find('_');
        if (!text.starts_with(ask::backend_prefix) || equals == text.npos || underscore > equals) continue;
        const auto id =
            parse_number<int>(text.substr(ask::backend_prefix.size(), underscore - ask::backend_prefix.size()));
        if (id)
            backends[*id][std::string(text.substr(underscore + 1, equals - underscore - 1))] = text.substr(equals + 1);
    }
    return backends;
}

// The argument is the patience in milliseconds.
int run_backends(std::span<char*> arguments) {
    const auto patience = arguments.empty() ? std::nullopt : parse_number<long>(arguments.front());
    if (!patience) return ask::misused;
    ask::ask_backends(backends_to_ask(), Deadline::in(Milliseconds{*patience}), [](const ask::BackendAnswer& answer) {
        ask::print(std::visit([](const auto& fact) { return ask::to_line(fact); }, answer));
    });
    return ask::answered;
}

int run_query(std::span<char*>) {
    const auto backends = backends_to_ask();
    if (backends.empty()) return ask::misused;
    const auto answer = ask::query_in_turn(backends.begin()->second);
    ask::print(answer.detail);
    return answer.status;
}

int run_secret(std::span<char*>) {
    const auto secret = ask::make_secret();
    if (!secret) return ask::report(secret.error());
    ask::print(*secret);
    return ask::answered;
}

constexpr std::array verbs{ask::Verb{"backends", run_backends}, ask::Verb{"query", run_query},
                           ask::Verb{"secret", run_secret}};

}  // namespace

int main(int argc, char** argv) { return ask::run_program({argv, static_cast<std::size_t>(argc)}, verbs); }
