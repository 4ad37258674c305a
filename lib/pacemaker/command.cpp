#include "pacemaker/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ra {

Result<std::string> run_cluster_command(const Command& command, Deadline deadline) {
    const auto output = run_program(command, deadline);
    if (!output) return output.error();
    if (output->succeeded()) return output->text;
    auto ending = "ended with " + output->ending.text();
    if (output->timed_out) ending = "gave no answer in time";
    if (output->too_long) ending = "printed too much";
    return Error{fmt::format("'{} {}' {}", command.program.native(), fmt::join(command.arguments, " "), ending)};
}

}  // namespace ra
