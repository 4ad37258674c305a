// pgpool-ask-pcp: asks pgpool for its nodes, and tells it what to do with them; system/ask_protocol.h is the contract.

#include <array>
#include <cstdlib>
#include <optional>

#include "agent/ask/pcp.h"
#include "agent/ask/program.h"
#include "base/text.h"

namespace {

using namespace ra;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

ask::PcpAccess pcp_access() {
    return {variable("PCP_HOST"), parse_number<int>(variable("PCP_PORT")).value_or(0), variable("PCP_USER"),
            variable("PCP_PASSWORD")};
}

int run_nodes(std::span<char*>) {
    return ask::report(ask::ask_nodes(pcp_access(), [](const NodeInfo& node) { ask::print(ask::to_line(node)); }));
}

int with_node(std::span<char*> arguments, Status (*act)(const ask::PcpAccess&, int)) {
    const auto node = arguments.empty() ? std::nullopt : parse_number<int>(arguments.front());
    if (!node) return ask::misused;
    return ask::report(act(pcp_access(), *node));
}
int run_promote(std::span<char*> arguments) { return with_node(arguments, ask::promote_node); }
int run_attach(std::span<char*> arguments) { return with_node(arguments, ask::attach_node); }

constexpr std::array verbs{ask::Verb{"nodes", run_nodes}, ask::Verb{"promote", run_promote},
                           ask::Verb{"attach", run_attach}};

}  // namespace

int main(int argc, char** argv) { return ask::run_program({argv, static_cast<std::size_t>(argc)}, verbs); }
