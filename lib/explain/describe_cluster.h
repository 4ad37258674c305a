#pragma once

#include <string>
#include <vector>

#include "explain/explanation.h"

namespace ra {

// For explain: the resource, where it is active, the nodes, and the attributes that have to do with pgpool.
[[nodiscard]] std::vector<std::string> describe_cluster(const Diagnosis& diagnosis);

}  // namespace ra
