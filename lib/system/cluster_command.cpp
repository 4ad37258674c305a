#include "system/cluster_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ra {

Result<std::string> run_cluster_command(const char* program, std::vector<std::string> arguments, Variables variables,
                                        Deadline deadline) {
    const auto shown = fmt::format("{} {}", program, fmt::join(arguments, " "));
    std::erase_if(variables, [](const auto& variable) { return variable.first.starts_with("OCF_RESKEY_"); });
    const auto output = run({program, std::move(arguments), std::move(variables)}, deadline);
    if (!output) return output.error();
    if (output->succeeded()) return output->text;
    return Error{fmt::format("'{}' {}", shown,
                             output->timed_out ? "gave no answer in time" : "ended with " + output->ending.text())};
}

}  // namespace ra
