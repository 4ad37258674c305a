#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace ra::test {

using Words = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

[[nodiscard]] Words operator+(Words first, const Words& second);

// How a program has ended, and what it wrote until then.
struct Ended {
    int exit_code = 0;  // 128 + the signal, for one that a signal has ended
    std::string out;
    std::string err;
    bool output_closed = false;  // no other process holds its stdout or stderr open
};

// A program in a session of its own. Of the caller it has PATH and `environment`; what it writes is collected.
class Program {
 public:
    explicit Program(const Words& words, const Variables& environment = {});
    ~Program();  // ends it with SIGKILL
    Program(Program&& other) noexcept;
    Program& operator=(Program&&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

    // Waits for the program itself, and for nobody else who holds its output open.
    // Throws std::runtime_error if it still runs after `limit`; then its process group has been killed.
    Ended wait(std::chrono::milliseconds limit = std::chrono::seconds(60));

    // Sends `signal` and waits.
    Ended end(int signal);

 private:
    void collect();

    std::string name_;
    pid_t pid_ = 0;  // 0: reaped
    UniqueFd out_;
    UniqueFd err_;
    Ended ended_;
};

// Runs it to its end.
Ended run(const Words& words, const Variables& environment = {},
          std::chrono::milliseconds limit = std::chrono::seconds(60));

// The same, and throws std::runtime_error with what it wrote to stderr if it fails.
std::string output_of(const Words& words, const Variables& environment = {});

// The path of one of PostgreSQL's programs. Throws std::runtime_error if it is not there.
[[nodiscard]] std::string postgres_program(const std::string& name);

// `words` with the rights of the account of pgpool and PostgreSQL.
[[nodiscard]] Words as_server_account(const Words& words);

}  // namespace ra::test
