#include "facts/cluster.h"

#include <algorithm>

namespace ra {

const ConfiguredResource* ClusterConfiguration::find(const std::string& id) const {
    const auto found = std::ranges::find(pgpools, id, &ConfiguredResource::id);
    return found == pgpools.end() ? nullptr : &*found;
}

}  // namespace ra
