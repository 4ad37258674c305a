#include "ocf/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.h"
#include "ocf/defaults.h"
#include "ocf/pgpool_options.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

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
    ParameterDeclaration{"backend_options", ParameterType::string, "", true, ""},
    ParameterDeclaration{"pcp_user", ParameterType::string, "", true, ""},
    ParameterDeclaration{"pcp_passfile", ParameterType::string, "", true, ""},
    ParameterDeclaration{"align", ParameterType::boolean, "true", true, ""},
    ParameterDeclaration{"run_follow_primary", ParameterType::boolean, "false", true, ""},
    ParameterDeclaration{"promote_wait", ParameterType::string, "20s", true, ""},
    ParameterDeclaration{"takeover", ParameterType::string, "no", true, ""},
    ParameterDeclaration{"takeover_delay", ParameterType::string, "8s", true, ""},
    ParameterDeclaration{"isolation_attribute", ParameterType::string, "", true, ""},
    ParameterDeclaration{"isolation_below", ParameterType::string, "1", true, ""},
    ParameterDeclaration{"isolation_grace", ParameterType::string, "5s", true, ""},
    ParameterDeclaration{"site_backends", ParameterType::string, "", true, ""},
    ParameterDeclaration{"on_split_brain", ParameterType::string, "yield", true, ""},
    ParameterDeclaration{"yield_with", ParameterType::string, "", true, ""},
    ParameterDeclaration{"unblock", ParameterType::boolean, "true", true, ""},
    ParameterDeclaration{"log_level", ParameterType::string, "info", true, ""},
};

template <typename Value>
struct Word {
    std::string_view word;
    Value value;
};
// Said to compilers that deduce nothing for an aggregate (Clang before 17).
template <typename Value>
Word(std::string_view, Value) -> Word<Value>;

constexpr std::array stop_modes{Word{"smart", StopMode::smart}, Word{"fast", StopMode::fast},
                                Word{"immediate", StopMode::immediate}};
constexpr std::array split_brain_words{Word{"yield", OnSplitBrain::yield}, Word{"report", OnSplitBrain::report}};
constexpr std::array takeover_words{Word{"no", TakeoverBy::nobody},
                                    Word{"failover_command", TakeoverBy::failover_command},
                                    Word{"pg_promote", TakeoverBy::pg_promote}};
constexpr std::array log_levels{Word{"trace", LogLevel::trace}, Word{"debug", LogLevel::debug},
                                Word{"info", LogLevel::info}, Word{"warning", LogLevel::warning},
                                Word{"error", LogLevel::error}};

// What libpq must not be told here: secrets, which everybody could read, and what the agent decides for each backend.
constexpr std::array<std::string_view, 9> refused_keywords{"password", "sslpassword", "passfile", "host",   "hostaddr",
                                                           "port",     "dbname",      "user",     "service"};

// Of a word like -f, -dk or --config-file=x: whether one of its options is such.
bool has_option(std::string_view word, bool (*is_such)(const PgpoolOption&)) {
    if (word.starts_with("--")) {
        const auto* option = find_long_option(word.substr(2, word.find('=') - 2));
        return option != nullptr && is_such(*option);
    }
    if (!word.starts_with('-')) return false;
    for (const char letter : word.substr(1)) {
        const auto* option = find_short_option(letter);
        if (option != nullptr && is_such(*option)) return true;
        if (option != nullptr && option->takes_value) return false;  // the rest is its value
    }
    return false;
}

bool is_reserved_option(std::string_view word) {
    return has_option(word, [](const PgpoolOption& option) { return option.is_the_agents; });
}

// Takes -D, in whatever form, out of a word, and all of the word if nothing else is in it. Whether it was there.
bool take_discard(std::string& word) {
    if (word.starts_with("--")) {
        const auto* option = find_long_option(std::string_view(word).substr(2));
        if (option == nullptr || option->letter != 'D') return false;
        word.clear();
        return true;
    }
    for (std::size_t at = 1; at < word.size(); ++at) {
        const auto* option = find_short_option(word[at]);
        if (option == nullptr || option->takes_value) return false;
        if (option->letter != 'D') continue;
        word.erase(at, 1);
        if (word == "-") word.clear();
        return true;
    }
    return false;
}

// -k FILE, -dk FILE, --key-file FILE: the value is the next word.
bool takes_next_word(std::string_view word) {
    if (word.starts_with("--")) {
        const auto* option = find_long_option(word.substr(2));
        return option != nullptr && option->takes_value;
    }
    const auto* last = word.empty() ? nullptr : find_short_option(word.back());
    return last != nullptr && last->takes_value;
}

// Pacemaker's way of writing a time.
constexpr std::array units{DurationUnit{"", 1s}, DurationUnit{"s", 1s}, DurationUnit{"sec", 1s},
                           DurationUnit{"m", 1min}, DurationUnit{"min", 1min}};

std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
    const auto duration = parse_duration(text, units);
    if (!duration) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

bool is_name(std::string_view word) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.' || c == '#';
    };
    return !word.starts_with('-') && std::ranges::all_of(word, fits);
}

std::optional<std::set<int>> parse_ids(std::string_view list) {
    std::set<int> ids;
    if (list.empty()) return ids;
    for (const auto part : split(list, ',')) {
        const auto id = parse_number<int>(part);
        if (!id || *id < 0) return std::nullopt;
        ids.insert(*id);
    }
    return ids;
}

std::string_view default_of(std::string_view name) {
    return std::ranges::find(declarations, name, &ParameterDeclaration::name)->default_value;
}

// Reads one parameter after another and collects what is wrong with them.
class ParameterReader {
 public:
    explicit ParameterReader(const Environment& environment) : environment_(environment) {}

    std::string text(std::string_view name) { return printable(name).value_or(std::string(default_of(name))); }

    std::filesystem::path absolute_path(std::string_view name) {
        auto value = printable(name);
        if (!value) return {};
        if (value->empty() || value->front() == '/') return *value;
        reject(name, *value, "an absolute path");
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

    // As Pacemaker names its resources and attributes.
    std::string name(std::string_view parameter) {
        auto value = text(parameter);
        return is_name(value) ? value : reject(parameter, value, "one name of letters, digits, '-', '_' and '.'");
    }

    std::vector<std::string> names(std::string_view parameter) {
        const auto value = text(parameter);
        std::vector<std::string> names;
        for (const auto word : split_words(value)) {
            if (!is_name(word)) {
                reject(parameter, value, "names of resources, separated by blanks");
                return {};
            }
            names.emplace_back(word);
        }
        return names;
    }

    std::string user_name(std::string_view name) {
        auto value = text(name);
        const bool plain = value.find_first_of(" :/,") == std::string::npos;
        return plain ? value : reject(name, value, "the name of a system user");
    }

    bool boolean(std::string_view name) {
        constexpr std::array words{Word{"true", true}, Word{"false", false}, Word{"yes", true}, Word{"no", false},
                                   Word{"on", true},   Word{"off", false},   Word{"1", true},   Word{"0", false}};
        return one_of(name, words);
    }

    // Pacemaker's way of writing a time: seconds, or a number with a unit.
    std::chrono::seconds duration(std::string_view name) {
        const auto value = text(name);
        const auto seconds = parse_seconds(value);
        if (seconds) return *seconds;
        reject(name, value, "a time like 20s or 2min");
        return *parse_seconds(default_of(name));
    }

    int positive_number(std::string_view name) {
        const auto value = text(name);
        const auto number = parse_number<int>(value);
        if (number && *number > 0) return *number;
        return *parse_number<int>(reject(name, value, "a whole number above 0"));
    }

    // "a=0 c=1,2": nodes of the cluster, and pgpool's numbers of the backends on their sites.
    std::map<std::string, std::set<int>> backends_by_node(std::string_view name) {
        const auto value = text(name);
        std::map<std::string, std::set<int>> backends;
        for (const auto word : split_words(value)) {
            const auto equals = word.find('=');
            const auto numbers = equals == std::string_view::npos ? std::nullopt : parse_ids(word.substr(equals + 1));
            if (!numbers || !is_name(word.substr(0, equals))) {
                reject(name, value,
                       "words like NODE=0,1: a node of the cluster, and pgpool's numbers of its site's backends");
                return {};
            }
            backends[std::string(word.substr(0, equals))] = *numbers;
        }
        return backends;
    }

    // "name=value name=value", as in a connection string of libpq, without quotes.
    std::map<std::string, std::string> keywords(std::string_view name) {
        const auto value = text(name);
        std::map<std::string, std::string> keywords;
        for (const auto word : split_words(value)) {
            const auto equals = word.find('=');
            const auto keyword = std::string(word.substr(0, equals));
            const bool is_refused = std::ranges::find(refused_keywords, keyword) != refused_keywords.end();
            if (equals == std::string_view::npos || keyword.empty() || is_refused) {
                reject(
                    name, keyword,
                    "words like sslmode=require: no password, which belongs into a file, and nothing that says which "
                    "server, database or user");
                return {};
            }
            keywords[keyword] = word.substr(equals + 1);
        }
        return keywords;
    }

    PgpoolOptions options(std::string_view name) {
        auto value = text(name);
        PgpoolOptions options;
        bool is_value = false;  // of the option before it
        for (const auto word : split_words(value)) {
            if (!is_value && (!word.starts_with('-') || word == "--" || is_reserved_option(word))) {
                reject(name, value, fmt::format("options, and no {}, which the agent decides itself", word));
                return {};
            }
            std::string rest(word);
            while (!is_value && take_discard(rest)) options.discards_status = true;
            is_value = !is_value && takes_next_word(word);
            if (!rest.empty()) options.words.push_back(std::move(rest));
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

    void needs(std::string_view name, const std::string& value, std::string_view second,
               const std::filesystem::path& other) {
        if (!value.empty() && other.empty())
            problems_.push_back({ExitCode::not_configured,
                                 fmt::format("parameter {} is '{}' without {} (expected a file with the password)",
                                             name, value, second)});
    }

    [[nodiscard]] std::vector<ParameterProblem> problems() && { return std::move(problems_); }

 private:
    // Nothing for a value that no file or name can be, which is not repeated: it may hold a password. An empty one is
    // the default.
    std::optional<std::string> printable(std::string_view name) {
        auto value = environment_.text(fmt::format("OCF_RESKEY_{}", name));
        if (value.empty()) return std::string(default_of(name));
        const bool is_printable =
            std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (is_printable) return value;
        problems_.push_back({ExitCode::not_configured,
                             fmt::format("parameter {} has control characters (expected a line without them)", name)});
        return std::nullopt;
    }

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

Outcome first_of(const std::vector<ParameterProblem>& problems) {
    return {problems.front().code, problems.front().message};
}

ParsedParameters parse_parameters(const Environment& environment) {
    ParameterReader read(environment);
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
    values.backend_options = read.keywords("backend_options");
    values.pcp_user = read.text("pcp_user");
    values.pcp_passfile = read.absolute_path("pcp_passfile");
    values.align = read.boolean("align");
    values.run_follow_primary = read.boolean("run_follow_primary");
    values.promote_wait = read.duration("promote_wait");
    values.takeover = read.one_of("takeover", takeover_words);
    values.takeover_delay = read.duration("takeover_delay");
    values.isolation_attribute = read.name("isolation_attribute");
    values.isolation_below = read.positive_number("isolation_below");
    values.isolation_grace = read.duration("isolation_grace");
    values.site_backends = read.backends_by_node("site_backends");
    values.on_split_brain = read.one_of("on_split_brain", split_brain_words);
    values.yield_with = read.names("yield_with");
    values.unblock = read.boolean("unblock");
    values.log_level = read.one_of("log_level", log_levels);
    read.must_differ("pcp_config", values.pcp_config, "config", values.config);
    read.must_differ("hba_config", values.hba_config, "config", values.config);
    read.must_differ("hba_config", values.hba_config, "pcp_config", values.pcp_config);
    read.must_differ("log", values.log, "config", values.config);
    read.must_differ("log", values.log, "pcp_config", values.pcp_config);
    read.must_differ("log", values.log, "hba_config", values.hba_config);
    read.needs("pcp_user", values.pcp_user, "pcp_passfile", values.pcp_passfile);
    return {std::move(values), std::move(read).problems()};
}

}  // namespace ra
