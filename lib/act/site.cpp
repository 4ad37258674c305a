#include "act/site.h"

#include "ocf/log.h"

namespace ra {

Site site_of(const Operation& operation) {
    Site site{.addresses = operation.observer.local_addresses(), .backends = {}};
    const auto& told = operation.parameters.site_backends;
    if (told.empty()) return site;
    const auto node = operation.cluster.node_name(operation.deadline.but_within(patience_with_cluster));
    if (!node) {
        log_warning("{}", node.error().message);
        return site;
    }
    if (const auto here = told.find(*node); here != told.end()) site.backends = here->second;
    return site;
}

}  // namespace ra
