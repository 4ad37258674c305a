#pragma once

#include <set>
#include <string>
#include <string_view>

#include "tests/support/temporary_directory.h"

namespace ra::test {

// One that belongs, with its files, to the account of pgpool and PostgreSQL.
class ServersDirectory : public TemporaryDirectory {
 public:
    ServersDirectory();

    std::filesystem::path write(const std::filesystem::path& name, std::string_view content) const;

    [[nodiscard]] std::set<std::string> names() const;
};

}  // namespace ra::test
