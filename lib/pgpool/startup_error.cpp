#include "pgpool/startup_error.h"

#include <array>
#include <optional>
#include <span>

#include "base/text.h"

namespace ra {

namespace {

constexpr std::array<std::string_view, 3> severities{"PANIC:  ", "FATAL:  ", "ERROR:  "};
constexpr auto deadly = std::span(severities).first<2>();

// The message behind "<log_line_prefix><severity>:  ".
std::optional<std::string_view> behind(std::string_view line, std::string_view mark) {
    const auto at = line.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    return trim(line.substr(at + mark.size()));
}

std::optional<std::string_view> failure_in(std::string_view line, std::span<const std::string_view> marks) {
    for (const auto severity : marks)
        if (const auto message = behind(line, severity)) return message;
    return std::nullopt;
}

// "parse error at line 12 'text' token = 8": the text may be a part of a password.
std::string_view without_quoted_text(std::string_view detail) {
    if (!detail.starts_with("parse error at line ")) return detail;
    return trim(detail.substr(0, detail.find('\'')));
}

std::string last_failure(std::string_view log, std::span<const std::string_view> marks) {
    std::string failure;
    bool detail_may_follow = false;
    for (const auto line : split(log, '\n')) {
        if (trim(line).empty()) continue;
        if (const auto message = failure_in(line, marks)) {
            failure = *message;
            detail_may_follow = true;
        } else if (const auto detail = behind(line, "DETAIL:  "); detail && detail_may_follow) {
            failure.append(": ").append(without_quoted_text(*detail));
            detail_may_follow = false;
        } else {
            detail_may_follow = false;
        }
    }
    return failure;
}

std::string_view last_line(std::string_view log) {
    log = trim(log);
    return trim(log.substr(log.rfind('\n') + 1));
}

}  // namespace

std::string startup_error(std::string_view log) {
    const auto failure = last_failure(log, severities);
    return failure.empty() ? std::string(last_line(log)) : failure;
}

std::string fatal_error(std::string_view log) { return last_failure(log, deadly); }

}  // namespace ra
