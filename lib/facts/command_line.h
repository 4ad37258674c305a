#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ra {

// The configuration file that a main process was started with; nothing for a child with a title or for a
// command like `pgpool stop`.
[[nodiscard]] std::optional<std::filesystem::path> config_of_main(const std::vector<std::string>& arguments);

// Whether these are a main process's, and name its configuration file; without -f it depends on the executable.
[[nodiscard]] bool names_its_config(const std::vector<std::string>& arguments);

}  // namespace ra
