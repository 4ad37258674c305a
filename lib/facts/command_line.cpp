#include "facts/command_line.h"

#include <string_view>
#include <utility>

#include "facts/titles.h"
#include "ocf/defaults.h"
#include "ocf/pgpool_options.h"

namespace ra {

namespace {

// The option of a word that takes a value, and the value if it is in the same word; null if none does.
std::pair<const PgpoolOption*, std::optional<std::string_view>> option_with_value(std::string_view word) {
    if (word.starts_with("--")) {
        const auto equals = word.find('=');
        const auto* option = find_long_option(word.substr(2, equals - 2));
        if (option == nullptr || !option->takes_value) return {nullptr, {}};
        if (equals == std::string_view::npos) return {option, {}};
        return {option, word.substr(equals + 1)};
    }
    for (std::size_t at = 1; at < word.size(); ++at) {
        const auto* option = find_short_option(word[at]);
        if (option == nullptr || !option->takes_value) continue;
        if (at + 1 == word.size()) return {option, {}};
        return {option, word.substr(at + 1)};
    }
    return {nullptr, {}};
}

// Of a main process's arguments.
struct ConfigOption {
    std::optional<std::filesystem::path> file;  // nothing without -f
};

// Nothing if these are no main process's.
std::optional<ConfigOption> config_option_of_main(const std::vector<std::string>& arguments) {
    constexpr char config_option = 'f';
    if (arguments.empty() || arguments.front().empty() || arguments.front().starts_with(titles::prefix))
        return std::nullopt;
    ConfigOption config;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        const auto next = i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : std::string_view();
        if (!word.starts_with('-')) return std::nullopt;  // pgpool stop, pgpool reload
        const auto [option, value] = option_with_value(word);
        if (option == nullptr) continue;
        if (option->letter == config_option) config.file = value.value_or(next);
        if (!value) ++i;
    }
    return config;
}

}  // namespace

std::optional<std::filesystem::path> config_of_main(const std::vector<std::string>& arguments) {
    const auto config = config_option_of_main(arguments);
    if (!config) return std::nullopt;
    return config->file.value_or(defaults::config);
}

bool names_its_config(const std::vector<std::string>& arguments) {
    const auto config = config_option_of_main(arguments);
    return config && config->file;
}

}  // namespace ra
