#include "system/command_line.h"

#include <string_view>

#include "ocf/defaults.h"

namespace ra {

namespace {

constexpr std::string_view title_prefix = "pgpool: ";
constexpr std::string_view short_options_with_value = "afFkm";

}  // namespace

std::optional<std::filesystem::path> config_of_main(const std::vector<std::string>& arguments) {
    constexpr std::string_view long_option = "--config-file";
    if (arguments.empty() || arguments.front().empty() || arguments.front().starts_with(title_prefix))
        return std::nullopt;
    std::filesystem::path config(defaults::config);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        const auto next = i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : std::string_view();
        if (!word.starts_with('-')) return std::nullopt;  // pgpool stop, pgpool reload
        if (word.starts_with("--")) {
            const auto equals = word.find('=');
            const bool takes_next = equals == std::string_view::npos && (word == long_option || word == "--hba-file" ||
                                                                         word == "--pcp-file" || word == "--key-file");
            if (word.substr(0, equals) == long_option) config = takes_next ? next : word.substr(equals + 1);
            if (takes_next) ++i;
            continue;
        }
        const auto at = word.find_first_of(short_options_with_value, 1);
        if (at == std::string_view::npos) continue;
        const bool takes_next = at + 1 == word.size();
        if (word[at] == 'f') config = takes_next ? next : word.substr(at + 1);
        if (takes_next) ++i;
    }
    return config;
}

}  // namespace ra
