#include "act/detached.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "os/signals.h"
#include "os/subprocess.h"

namespace ra {

namespace {

// Tells the process which one it has to wait for: "PID START-TIME".
constexpr const char* predecessor_variable = "PGPOOL_AGENT_PREDECESSOR";

}  // namespace

Status begin_detached(const Operation& operation, const std::string& action) {
    const auto& proc = operation.observer.proc();
    const auto self = proc.stat(::getpid());
    const auto program = proc.executable(::getpid());
    const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!self) return self.error();
    if (!program) return program.error();
    if (!nowhere) return system_error("open", "/dev/null", errno);
    auto variables = operation.environment.variables();
    variables[predecessor_variable] = fmt::format("{} {}", self->id.pid, self->id.start_time);
    variables.erase("OCF_RESKEY_CRM_meta_timeout");  // that of this operation
    const auto begun = launch_daemon({*program, {action}, std::move(variables)}, nullptr, nowhere);
    return begun ? Status(Done{}) : Status(begun.error());
}

void wait_for_predecessor(const Operation& operation) {
    const auto text = operation.environment.text(predecessor_variable);
    const auto words = split_words(text);
    if (words.size() != 2) return;
    const auto pid = parse_number<pid_t>(words[0]);
    const auto start_time = parse_number<std::uint64_t>(words[1]);
    if (pid && start_time) wait_for_end(operation.observer.proc(), {*pid, *start_time}, operation.deadline);
}

}  // namespace ra
