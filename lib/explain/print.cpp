#include "explain/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace ra {

namespace {

using Json = nlohmann::ordered_json;

std::string_view word_of(Condition condition) {
    switch (condition) {
        case Condition::clean: return "stopped";
        case Condition::running: return "running";
        case Condition::dirty: return "broken";
        case Condition::foreign: return "stopped, and its port is taken";
        case Condition::unknown: return "not known";
    }
    return "not known";
}

std::string_view word_of(ExitCode code) {
    switch (code) {
        case ExitCode::success: return "ok";
        case ExitCode::generic_error: return "error";
        case ExitCode::invalid_argument: return "invalid on this host";
        case ExitCode::unimplemented: return "unimplemented";
        case ExitCode::no_permission: return "no permission";
        case ExitCode::not_installed: return "not installed";
        case ExitCode::not_configured: return "not configured";
        case ExitCode::not_running: return "not running";
        case ExitCode::running_promoted: return "promoted";
        case ExitCode::failed_promoted: return "failed promoted";
        case ExitCode::degraded: return "degraded";
        case ExitCode::degraded_promoted: return "degraded promoted";
    }
    return "unknown";
}

// Lines of two columns: the first of a section has its name.
class Page {
 public:
    void add(std::string_view name, std::string_view line) {
        text_ += line.empty() ? fmt::format("{}\n", name) : fmt::format("{:<11}{}\n", name, line);
    }

    void add_section(std::string_view name, const std::vector<std::string>& lines) {
        for (std::size_t i = 0; i < lines.size(); ++i) add(i == 0 ? name : "", lines[i]);
    }

    [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
    std::string text_;
};

std::vector<std::string> listener_lines(const Explanation& explanation) {
    std::vector<std::string> lines;
    std::ranges::transform(explanation.listeners, std::back_inserter(lines),
                           [](const auto& at) { return fmt::format("{} [{}]", at.address, at.owner); });
    return lines;
}

std::vector<std::string> backend_lines(const Explanation& explanation) {
    std::size_t address = 0;
    std::size_t pgpool = std::string_view("pgpool says").size();
    for (const auto& backend : explanation.backends) {
        address = std::max(address, backend.address.size());
        pgpool = std::max(pgpool, backend.pgpool.size());
    }
    const auto row = [&](std::string_view first, std::string_view second, std::string_view third) {
        return fmt::format("{:<{}}  {:<{}}  {}", first, address + 2, second, pgpool, third);
    };
    std::vector<std::string> lines;
    if (!explanation.backends.empty()) lines.push_back(row("", "pgpool says", "PostgreSQL says"));
    for (const auto& backend : explanation.backends) {
        auto said = backend.postgresql;
        if (!backend.position.empty()) said += fmt::format(", at {}", backend.position);
        if (!backend.lag.empty()) said += fmt::format(", {}", backend.lag);
        lines.push_back(row(fmt::format("{} {}", backend.id, backend.address), backend.pgpool, said));
    }
    lines.push_back(explanation.primary);
    if (!explanation.history.empty()) lines.push_back(fmt::format("LOOK AT: {}", explanation.history));
    return lines;
}

std::vector<std::string> forecast_lines(const Explanation& explanation) {
    std::vector<std::string> lines;
    for (const auto& forecast : explanation.forecasts) {
        const auto code =
            forecast.code ? fmt::format("{} ({})", static_cast<int>(*forecast.code), word_of(*forecast.code)) : "";
        const auto* between = code.empty() || forecast.because.empty() ? "" : ": ";
        lines.push_back(fmt::format("{:<17} {}{}{}", forecast.action, code, between, forecast.because));
    }
    return lines;
}

std::vector<std::string> warning_lines(const Explanation& explanation) {
    if (explanation.warnings.empty()) return {"none"};
    std::vector<std::string> lines;
    std::ranges::transform(explanation.warnings, std::back_inserter(lines),
                           [](const auto& warning) { return fmt::format("- {}", warning); });
    return lines;
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

std::string to_text(const Explanation& explanation) {
    Page page;
    page.add(fmt::format("pgpool '{}'{} is {}{}", explanation.resource,
                         explanation.node.empty() ? "" : fmt::format(" on {}", explanation.node),
                         word_of(explanation.condition),
                         explanation.condition == Condition::running ? "" : fmt::format(": {}", explanation.because)),
             "");
    page.add(fmt::format("parameters: {}", explanation.parameters_from), "");
    page.add("", "");
    page.add_section("Cluster", explanation.cluster);
    page.add_section("Processes", explanation.processes);
    page.add_section("Listening", listener_lines(explanation));
    page.add_section("Backends", backend_lines(explanation));
    page.add("Score", explanation.score ? std::to_string(*explanation.score)
                                        : fmt::format("none: {}", explanation.why_no_score));
    page.add("Isolation", explanation.isolation);
    page.add("", "");
    page.add_section("Would now", forecast_lines(explanation));
    page.add("", "");
    page.add_section("Warnings", warning_lines(explanation));
    return std::move(page).text();
}

std::string to_json(const Explanation& explanation) {
    Json json;
    json["resource"] = explanation.resource;
    json["node"] = or_null(explanation.node);
    json["parameters_from"] = explanation.parameters_from;
    json["condition"] = word_of(explanation.condition);
    json["because"] = explanation.because;
    json["active_on"] = explanation.active_on;
    json["blocked"] = explanation.is_blocked;
    json["cluster"] = explanation.cluster;
    json["main"] = explanation.main ? Json(*explanation.main) : Json();
    json["orphans"] = explanation.orphans;
    json["processes"] = explanation.processes;
    json["listeners"] = Json::array();
    for (const auto& listener : explanation.listeners)
        json["listeners"].push_back({{"address", listener.address}, {"owner", listener.owner}});
    json["backends"] = Json::array();
    for (const auto& backend : explanation.backends)
        json["backends"].push_back({{"id", backend.id},
                                    {"address", backend.address},
                                    {"pgpool", backend.pgpool},
                                    {"postgresql", backend.postgresql},
                                    {"position", or_null(backend.position)},
                                    {"lag", or_null(backend.lag)}});
    json["primary"] = explanation.primary;
    json["history"] = or_null(explanation.history);
    json["score"] = explanation.score ? Json(*explanation.score) : Json();
    json["isolation"] = explanation.isolation;
    json["forecasts"] = Json::array();
    for (const auto& forecast : explanation.forecasts)
        json["forecasts"].push_back({{"action", forecast.action},
                                     {"code", forecast.code ? Json(static_cast<int>(*forecast.code)) : Json()},
                                     {"because", forecast.because}});
    json["warnings"] = explanation.warnings;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ra
