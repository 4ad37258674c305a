#include "ocf/defaults.h"
#include "pacemaker/cluster_report.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    const auto configuration = parse_cluster_configuration(std::string(input));
    demand(configuration || !configuration.error().message.empty(), "a refusal says why");
    if (!configuration) return;
    demand(configuration->is_live, "only who asks can say that it is not live");
    for (const auto& resource : configuration->pgpools) {
        const auto* found = configuration->find(resource.id);
        demand(found != nullptr && found->id == resource.id, "a resource is found by its name");
        demand(resource.other_members.empty() || input.find("group") != std::string_view::npos,
               "only a group has members");
        demand(!resource.promotable || input.find("master") != std::string_view::npos ||
                   input.find("promotable") != std::string_view::npos,
               "nothing is promotable without a word for it");
    }
}

}  // namespace ra::fuzz
