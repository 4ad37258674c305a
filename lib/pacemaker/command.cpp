#include "pacemaker/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ra {

Result<std::string> run_cluster_command(const Command& command, Deadline deadline) {
    const auto output = run_program(command, deadline);
    if (!output) return output.error();
    if (output->succeeded()) return output->text;
    return Error{fmt::format("'{} {}' {}", command.program.native(), fmt::join(command.arguments, " "),
                             output->timed_out ? "gave no answer in time" : "ended with " + output->ending.text())};
}

}  // namespace ra
