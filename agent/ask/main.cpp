// pgpool-ask: asks PostgreSQL and PCP for the agent, and does what PCP can do; system/ask_protocol.h is the contract.

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>

#include "agent/ask/pcp.h"
#include "agent/ask/postgres.h"
#include "agent/ask/secret.h"
#include "base/text.h"

extern char** environ;

namespace {

using namespace ra;

// Facts are written as they come: the agent uses those that came before it lost its patience.
void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

int report(const Status& status) {
    if (status) return ask::answered;
    print(status.error().message);
    return ask::refused;
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

ask::PcpAccess pcp_access() {
    return {variable("PCP_HOST"), parse_number<int>(variable("PCP_PORT")).value_or(0), variable("PCP_USER"),
            variable("PCP_PASSWORD")};
}

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

int run_nodes(std::span<char*>) {
    return report(ask::ask_nodes(pcp_access(), [](const NodeInfo& node) { print(ask::to_line(node)); }));
}

int with_node(std::span<char*> arguments, Status (*act)(const ask::PcpAccess&, int)) {
    const auto node = arguments.empty() ? std::nullopt : parse_number<int>(arguments.front());
    if (!node) return ask::misused;
    return report(act(pcp_access(), *node));
}
int run_promote(std::span<char*> arguments) { return with_node(arguments, ask::promote_node); }
int run_attach(std::span<char*> arguments) { return with_node(arguments, ask::attach_node); }

// The argument is the patience in milliseconds.
int run_backends(std::span<char*> arguments) {
    const auto patience = arguments.empty() ? std::nullopt : parse_number<long>(arguments.front());
    if (!patience) return ask::misused;
    ask::ask_backends(backends_to_ask(), Deadline::in(Milliseconds{*patience}), [](const ask::BackendAnswer& answer) {
        print(std::visit([](const auto& fact) { return ask::to_line(fact); }, answer));
    });
    return ask::answered;
}

int run_query(std::span<char*>) {
    const auto backends = backends_to_ask();
    if (backends.empty()) return ask::misused;
    const auto answer = ask::query_once(backends.begin()->second);
    print(answer.detail);
    return answer.status;
}

int run_secret(std::span<char*>) {
    const auto secret = ask::make_secret();
    if (!secret) return report(secret.error());
    print(*secret);
    return ask::answered;
}

struct Verb {
    std::string_view name;
    int (*run)(std::span<char*> arguments);
};
constexpr std::array verbs{Verb{"nodes", run_nodes},       Verb{"promote", run_promote}, Verb{"attach", run_attach},
                           Verb{"backends", run_backends}, Verb{"query", run_query},     Verb{"secret", run_secret}};

}  // namespace

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    try {
        for (const auto& verb : verbs)
            if (arguments.size() > 1 && verb.name == arguments[1]) return verb.run(arguments.subspan(2));
    } catch (const std::exception& bug) {
        print(bug.what());
    }
    return ra::ask::misused;
}
