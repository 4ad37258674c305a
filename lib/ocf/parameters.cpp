#include "ocf/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "ocf/defaults.h"

namespace ra {

namespace {

constexpr std::array declarations{
    ParameterDeclaration{"binary", ParameterType::string, defaults::binary, false, ""},
    ParameterDeclaration{"config", ParameterType::string, defaults::config, false, "config"},
    ParameterDeclaration{"pcp_config", ParameterType::string, defaults::pcp_config, false, ""},
    ParameterDeclaration{"hba_config", ParameterType::string, defaults::hba_config, false, ""},
    ParameterDeclaration{"user", ParameterType::string, defaults::user, false, ""},
    ParameterDeclaration{"options", ParameterType::string, "", false, ""},
    ParameterDeclaration{"log", ParameterType::string, defaults::log, false, ""},
    ParameterDeclaration{"stop_mode", ParameterType::string, "fast", true, ""},
    ParameterDeclaration{"backend_user", ParameterType::string, "", true, ""},
    ParameterDeclaration{"backend_database", ParameterType::string, "", true, ""},
    ParameterDeclaration{"backend_passfile", ParameterType::string, "", true, ""},
    ParameterDeclaration{"log_level", ParameterType::string, "info", true, ""},
};

template <typename Value>
struct Word {
    std::string_view word;
    Value value;
};

constexpr std::array stop_modes{Word{"smart", StopMode::smart}, Word{"fast", StopMode::fast},
                                Word{"immediate", StopMode::immediate}};
constexpr std::array log_levels{Word{"trace", LogLevel::trace}, Word{"debug", LogLevel::debug},
                                Word{"info", LogLevel::info}, Word{"warning", LogLevel::warning},
                                Word{"error", LogLevel::error}};

// Options of pgpool that say what the agent itself decides: which files, which mode, which action.
constexpr std::array<std::string_view, 7> reserved_long_options{
    "--hba-file", "--config-file", "--pcp-file", "--dont-detach", "--mode", "--help", "--version"};
constexpr std::string_view reserved_short_options = "afFnmhv";
constexpr char short_option_with_value = 'k';

bool is_reserved_option(std::string_view word) {
    if (word.starts_with("--"))
        return std::ranges::find(reserved_long_options, word.substr(0, word.find('='))) != reserved_long_options.end();
    if (!word.starts_with('-')) return false;
    const auto letters = word.substr(1, word.find(short_option_with_value) - 1);
    return letters.find_first_of(reserved_short_options) != std::string_view::npos;
}

std::string_view default_of(std::string_view name) {
    return std::ranges::find(declarations, name, &ParameterDeclaration::name)->default_value;
}

// Reads one parameter after another and collects what is wrong with them.
class Reader {
 public:
    explicit Reader(const Environment& environment) : environment_(environment) {}

    std::string text(std::string_view name) {
        auto value = environment_.text(fmt::format("OCF_RESKEY_{}", name));
        if (value.empty()) return std::string(default_of(name));
        const bool unprintable =
            std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (!unprintable) return value;
        return reject(name, value, "a line without control characters");
    }

    std::filesystem::path absolute_path(std::string_view name) {
        auto value = text(name);
        if (value.empty() || value.front() == '/') return value;
        reject(name, value, "an absolute path");
        return {};
    }

    template <typename Value, std::size_t N>
    Value one_of(std::string_view name, const std::array<Word<Value>, N>& words) {
        auto value = text(name);
        for (int attempt = 0; attempt < 2; ++attempt) {
            for (const auto& word : words)
                if (word.word == value) return word.value;
            std::string expected;
            for (const auto& word : words) expected += fmt::format("{}{}", expected.empty() ? "" : ", ", word.word);
            value = reject(name, value, fmt::format("one of {}", expected));
        }
        return words.front().value;
    }

    std::string user_name(std::string_view name) {
        auto value = text(name);
        const bool plain = value.find_first_of(" :/,") == std::string::npos;
        return plain ? value : reject(name, value, "the name of a system user");
    }

    std::vector<std::string> options(std::string_view name) {
        auto value = text(name);
        std::vector<std::string> options;
        for (const auto word : split_words(value)) {
            if (is_reserved_option(word)) {
                reject(name, value, fmt::format("no {}, which the agent decides itself", word));
                return {};
            }
            options.emplace_back(word);
        }
        return options;
    }

    void must_differ(std::string_view first, const std::filesystem::path& value, std::string_view second,
                     const std::filesystem::path& other) {
        if (!value.empty() && value.lexically_normal() == other.lexically_normal())
            problems_.push_back(
                {ExitCode::not_configured, fmt::format("parameters {} and {} both name '{}' (expected two files)",
                                                       first, second, value.native())});
    }

    [[nodiscard]] std::vector<ParameterProblem> problems() && { return std::move(problems_); }

 private:
    std::string reject(std::string_view name, std::string_view value, std::string_view expected) {
        problems_.push_back(
            {ExitCode::not_configured, fmt::format("parameter {} is '{}' (expected {})", name, value, expected)});
        return std::string(default_of(name));
    }

    const Environment& environment_;
    std::vector<ParameterProblem> problems_;
};

}  // namespace

std::span<const ParameterDeclaration> declared_parameters() { return declarations; }

ParsedParameters parse_parameters(const Environment& environment) {
    Reader read(environment);
    Parameters values;
    values.binary = read.absolute_path("binary");
    values.config = read.absolute_path("config");
    values.pcp_config = read.absolute_path("pcp_config");
    values.hba_config = read.absolute_path("hba_config");
    values.user = read.user_name("user");
    values.options = read.options("options");
    values.log = read.absolute_path("log");
    values.stop_mode = read.one_of("stop_mode", stop_modes);
    values.backend_user = read.text("backend_user");
    values.backend_database = read.text("backend_database");
    values.backend_passfile = read.absolute_path("backend_passfile");
    values.log_level = read.one_of("log_level", log_levels);
    read.must_differ("pcp_config", values.pcp_config, "config", values.config);
    read.must_differ("hba_config", values.hba_config, "config", values.config);
    read.must_differ("hba_config", values.hba_config, "pcp_config", values.pcp_config);
    read.must_differ("log", values.log, "config", values.config);
    read.must_differ("log", values.log, "pcp_config", values.pcp_config);
    read.must_differ("log", values.log, "hba_config", values.hba_config);
    return {std::move(values), std::move(read).problems()};
}

}  // namespace ra
