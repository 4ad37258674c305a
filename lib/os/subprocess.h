#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "os/user.h"

namespace ra {

using Variables = std::map<std::string, std::string>;

// A program with its arguments, each as it is: no shell reads them.
struct Command {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    Variables environment;
};

// How a program ended: its exit status, or the signal that ended it.
struct Ending {
    std::optional<int> exit_status;
    std::optional<int> signal;

    [[nodiscard]] std::string text() const;  // "exit status 3", "signal 9"
};

// A daemon that this action has started and that outlives it.
class Daemon {
 public:
    ~Daemon();
    Daemon(Daemon&&) noexcept;
    Daemon& operator=(Daemon&&) noexcept;
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    [[nodiscard]] pid_t pid() const;
    // Nothing while it runs.
    [[nodiscard]] std::optional<Ending> ending();

 private:
    friend Result<Daemon> launch_daemon(const Command&, const SystemUser*, const UniqueFd&);
    struct Child;
    explicit Daemon(std::unique_ptr<Child> child);
    std::unique_ptr<Child> child_;
};

// Starts `command` as `user` (null: as the caller), in a session and process group of its own, in "/", with nothing of
// the caller's open: stdin is /dev/null, stdout and stderr go to `log`.
[[nodiscard]] Result<Daemon> launch_daemon(const Command& command, const SystemUser* user, const UniqueFd& log);

struct Output {
    Ending ending;
    std::string text;        // stdout; what came before the deadline if it was not all
    bool timed_out = false;  // killed at the deadline
    bool too_long = false;   // killed at the limit of what is read, 16 MiB

    [[nodiscard]] bool succeeded() const { return !timed_out && !too_long && ending.exit_status == 0; }
};

// Runs `command` to its end; at the deadline, or if it prints too much, it is killed.
[[nodiscard]] Result<Output> run_program(const Command& command, Deadline deadline);

// Runs both at the same time.
struct Outputs {
    Result<Output> first;
    Result<Output> second;
};
[[nodiscard]] Outputs run_programs(const Command& first, const Command& second, Deadline deadline);

}  // namespace ra
