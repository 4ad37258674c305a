#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "ocf/environment.h"
#include "ocf/log.h"
#include "tests/support/temporary_directory.h"

namespace ra::test {

// What the agent logs as long as this lives: without a log of Pacemaker's it goes to stderr, line by line.
// Afterwards errors alone are logged.
class CapturedLog {
 public:
    CapturedLog() : stderr_(::dup(STDERR_FILENO)) {
        log_from(LogLevel::info);
        const int file = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
    }
    ~CapturedLog() {
        ::dup2(stderr_, STDERR_FILENO);
        ::close(stderr_);
        log_from(LogLevel::error);
    }
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;

    [[nodiscard]] bool has(const std::string& words) const { return read_text(file_).find(words) != std::string::npos; }

 private:
    static void log_from(LogLevel level) {
        static const Environment nothing_set{std::map<std::string, std::string>()};
        set_up_log(nothing_set, "test", level);
    }

    TemporaryDirectory directory_;
    std::filesystem::path file_ = directory_.write("log", "");
    int stderr_;
};

}  // namespace ra::test
