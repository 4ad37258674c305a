#include "pgpool/failover_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ra {

namespace {

BackendAddress backend_of(const PgpoolSettings& settings, int id) {
    const auto found = std::ranges::find(settings.backends, id, &BackendAddress::id);
    return found == settings.backends.end() ? BackendAddress{.id = id} : *found;
}

}  // namespace

std::string failover_command_for(const PgpoolSettings& settings, int lost, int successor) {
    const auto failed = backend_of(settings, lost);
    const auto heir = backend_of(settings, successor);
    // The main node is the first that is up: before the loss, if all were.
    const int old_main = settings.backends.empty() ? lost : settings.backends.front().id;
    const std::map<char, std::string> values{{'d', std::to_string(lost)},
                                             {'h', failed.host},
                                             {'p', std::to_string(failed.port)},
                                             {'D', failed.data_directory},
                                             {'m', std::to_string(heir.id)},
                                             {'H', heir.host},
                                             {'r', std::to_string(heir.port)},
                                             {'R', heir.data_directory},
                                             {'M', std::to_string(old_main)},
                                             {'P', std::to_string(lost)},
                                             {'N', failed.host},
                                             {'S', std::to_string(failed.port)},
                                             {'%', "%"}};
    std::string command;
    const std::string_view pattern = settings.failover_command;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '%') {
            command += pattern[at];
        } else if (++at < pattern.size()) {
            const auto known = values.find(pattern[at]);
            if (known != values.end()) command += known->second;
        }
    }
    return command;
}

}  // namespace ra
