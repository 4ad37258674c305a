#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string_view>

#include "base/unique_fd.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

// Writes over a file, for a parser that opens it itself: once for each input.
inline void write_file(const std::filesystem::path& file, std::string_view content) {
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    demand(fd && ::write(fd.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
           "an input can be written to a file");
}

}  // namespace ra::fuzz
