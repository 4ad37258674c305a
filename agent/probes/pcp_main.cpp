// pgpool-ask-pcp: asks pgpool for its nodes, and tells it what to do with them; pgpool/probe_protocol.h is the
// contract.

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "agent/probes/pcp.h"
#include "agent/probes/program.h"
#include "base/text.h"
#include "ocf/defaults.h"

namespace {

using namespace ra;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

probe::PcpAccess pcp_access() {
    return {variable("PCP_HOST"), parse_number<int>(variable("PCP_PORT")).value_or(0), variable("PCP_USER"),
            variable("PCP_PASSWORD")};
}

std::vector<std::string> libraries() {
    const auto names = split_words(defaults::libpcp_names);
    return {names.begin(), names.end()};
}

int report(const Status& status) {
    const int code = probe::report(status);
    return !status && probe::is_for_want_of_a_library(status.error()) ? probe::without_library : code;
}

int run_library(std::span<char*>) {
    const auto found = probe::find_library(libraries());
    if (!found) return report(found.error());
    probe::print(*found);
    return probe::answered;
}

int run_nodes(std::span<char*> arguments) {
    std::vector<int> silent_nodes;
    for (const char* argument : arguments) {
        const auto node = parse_number<int>(argument);
        if (!node) return probe::misused;
        silent_nodes.push_back(*node);
    }
    return report(probe::ask_nodes(libraries(), pcp_access(), silent_nodes,
                                   [](const NodeInfo& node) { probe::print(probe::to_line(node)); }));
}

int with_node(std::span<char*> arguments, Status (*act)(probe::LibraryNames, const probe::PcpAccess&, int)) {
    const auto node = arguments.empty() ? std::nullopt : parse_number<int>(arguments.front());
    if (!node) return probe::misused;
    return report(act(libraries(), pcp_access(), *node));
}
int run_promote(std::span<char*> arguments) { return with_node(arguments, probe::promote_node); }
int run_attach(std::span<char*> arguments) { return with_node(arguments, probe::attach_node); }
int run_detach(std::span<char*> arguments) { return with_node(arguments, probe::detach_node); }

constexpr std::array verbs{probe::Verb{"library", run_library}, probe::Verb{"nodes", run_nodes},
                           probe::Verb{"promote", run_promote}, probe::Verb{"attach", run_attach},
                           probe::Verb{"detach", run_detach}};

}  // namespace

int main(int argc, char** argv) { return probe::run_program({argv, static_cast<std::size_t>(argc)}, verbs); }
