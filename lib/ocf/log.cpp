#include "ocf/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"
#include "ocf/environment.h"

namespace ra {

namespace {

// What set_up_log was told. The sinks are opened by the first line that is written: a healthy monitor writes none.
struct Settings {
    const Environment* environment;
    std::string action;
    LogLevel level;
};
std::optional<Settings> settings;

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::trace: return spdlog::level::trace;
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

struct Facility {
    std::string_view name;
    int number;
};
constexpr std::array facilities{
    Facility{"daemon", LOG_DAEMON}, Facility{"user", LOG_USER},     Facility{"local0", LOG_LOCAL0},
    Facility{"local1", LOG_LOCAL1}, Facility{"local2", LOG_LOCAL2}, Facility{"local3", LOG_LOCAL3},
    Facility{"local4", LOG_LOCAL4}, Facility{"local5", LOG_LOCAL5}, Facility{"local6", LOG_LOCAL6},
    Facility{"local7", LOG_LOCAL7},
};

std::string first_of(const Environment& environment, std::initializer_list<const char*> names) {
    for (const auto* name : names)
        if (auto value = environment.text(name); !value.empty()) return value;
    return {};
}

// "none" and /dev/null are Pacemaker's words for "nowhere".
bool names_a_file(const std::string& path) { return path.starts_with('/') && path != "/dev/null"; }

// Of HA_debug, which is a number too.
bool is_switched_on(const std::string& value) {
    return !value.empty() && value != "0" && value != "no" && value != "false" && value != "off";
}

bool tracing(const Environment& environment) { return is_switched_on(environment.text("OCF_TRACE_RA")); }

// A log that cannot be opened must not keep an action from its work.
void add_file(std::vector<spdlog::sink_ptr>& sinks, const std::string& path, const std::string& pattern) {
    try {
        sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_st>(path));
        sinks.back()->set_pattern(pattern);
    } catch (const spdlog::spdlog_ex&) {
        return;
    }
}

spdlog::logger open_log(const Settings& wanted) {
    const auto& environment = *wanted.environment;
    std::vector<spdlog::sink_ptr> sinks;
    const auto identity = fmt::format("pgpool({})[{}]", environment.instance(), ::getpid());
    const auto facility = first_of(environment, {"HA_LOGFACILITY", "PCMK_logfacility"});
    for (const auto& known : facilities) {
        if (known.name != facility) continue;
        sinks.push_back(std::make_shared<spdlog::sinks::syslog_sink_st>(identity, 0, known.number, true));
        sinks.back()->set_pattern(fmt::format("{}: %v", wanted.action));
    }
    const auto file = first_of(environment, {"HA_LOGFILE", "PCMK_logfile"});
    const auto trace_file = environment.text("OCF_TRACE_FILE");
    const auto pattern = fmt::format("%b %d %H:%M:%S.%e {} {}: %l: %v", identity, wanted.action);
    if (names_a_file(file)) add_file(sinks, file, pattern);
    if (tracing(environment) && names_a_file(trace_file)) add_file(sinks, trace_file, pattern);
    if (sinks.empty() || ::isatty(STDIN_FILENO) != 0) {
        sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_st>());
        sinks.back()->set_pattern(pattern);
    }
    spdlog::logger log("pgpool", sinks.begin(), sinks.end());
    log.set_level(spdlog::level::trace);
    // A full disk shows in the exit reason, not as noise on stderr.
    log.set_error_handler([](const std::string&) {});
    return log;
}

}  // namespace

void set_up_log(const Environment& environment, std::string_view action, LogLevel level) {
    if (is_switched_on(environment.text("HA_debug"))) level = std::min(level, LogLevel::debug);
    if (tracing(environment)) level = LogLevel::trace;
    settings = Settings{&environment, std::string(action), level};
}

void write_log(LogLevel level, std::string_view line) {
    if (!settings || level < settings->level) return;
    static auto log = open_log(*settings);
    log.log(spdlog_level(level), one_line(line, 4096));
}

}  // namespace ra
