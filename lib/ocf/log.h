#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/result.h"

namespace ra {

class Environment;

enum class LogLevel { trace, debug, info, warning, error };

// Sends the log where Pacemaker's settings say (HA_LOGFACILITY or PCMK_logfacility: syslog; HA_LOGFILE or PCMK_logfile:
// that file; OCF_TRACE_FILE: that file, from trace level on), to stderr where there is no such setting or a person
// sits at the terminal. HA_debug lowers the level to debug, OCF_TRACE_RA to trace. `environment` must outlive the log.
void set_up_log(const Environment& environment, std::string_view action, LogLevel level);

// One line for the log. Before set_up_log nothing is written.
void write_log(LogLevel level, std::string_view line);

template <typename... Args>
void log_error(fmt::format_string<Args...> text, Args&&... args) {
    write_log(LogLevel::error, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void log_warning(fmt::format_string<Args...> text, Args&&... args) {
    write_log(LogLevel::warning, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void log_info(fmt::format_string<Args...> text, Args&&... args) {
    write_log(LogLevel::info, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void log_debug(fmt::format_string<Args...> text, Args&&... args) {
    write_log(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
}

// For what may fail without being a failure of the action.
inline void warn_if_failed(const Status& status) {
    if (!status) log_warning("{}", status.error().message);
}

}  // namespace ra
