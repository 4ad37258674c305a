#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace ra {

// What pgpool's logging_collector writes into its directory from now on, whatever the names of its files are.
class CollectedLog {
 public:
    // Without a directory nothing is collected; of a relative one nobody knows where it is.
    explicit CollectedLog(std::filesystem::path directory);

    // At most the last 64 KiB of each file; what cannot be read is left out.
    [[nodiscard]] std::string written() const;

 private:
    std::filesystem::path directory_;
    std::map<std::filesystem::path, off_t> sizes_before_;
};

}  // namespace ra
