#include "agent/probes/program.h"

#include <cstdio>
#include <exception>

#include "pgpool/probe_protocol.h"

namespace ra::probe {

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

int report(const Status& status) {
    if (status) return answered;
    print(status.error().message);
    return refused;
}

int run_program(std::span<char*> arguments, std::span<const Verb> verbs) {
    try {
        for (const auto& verb : verbs)
            if (arguments.size() > 1 && verb.name == arguments[1]) return verb.run(arguments.subspan(2));
    } catch (const std::exception& bug) {
        print(bug.what());
    }
    return misused;
}

}  // namespace ra::probe
