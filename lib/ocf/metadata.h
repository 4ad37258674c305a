#pragma once

#include <string_view>

namespace ra {

// What `meta-data` prints: ocf-metadata/pgpool.xml with this build's defaults.
[[nodiscard]] std::string_view metadata();

}  // namespace ra
