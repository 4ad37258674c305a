#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace ra {

// Leave to do something that must not be done twice within `interval`, nor by two processes at a time: the descriptor
// is held while it is done. The moment is kept in the file `name` of a directory that only root can enter, until the
// next boot.
[[nodiscard]] Result<UniqueFd> claim_turn(const std::filesystem::path& directory, const std::string& name,
                                          std::chrono::seconds interval);

}  // namespace ra
