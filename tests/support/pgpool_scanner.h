#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

namespace ra::test {

// A second reader of pgpool.conf, which is nothing but the rules of pgpool's scanner (src/config/pool_config.l) as
// regular expressions: like flex, POSIX takes the longest match, and the first of equally long rules wins. It is slow,
// ends at a NUL byte, and takes `include` for a key like another.

// Nothing for a file that pgpool refuses.
[[nodiscard]] std::optional<std::map<std::string, std::string>> values_as_scanned(const std::string& content);

// Every word in it that could be a key.
[[nodiscard]] std::set<std::string> words_as_scanned(const std::string& content);

}  // namespace ra::test
