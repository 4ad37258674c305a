#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "system/pgpool_conf.h"
#include "system/proc_fs.h"

namespace ra {

// What the agent remembers of the pgpool that it started or adopted: who it is, and what it was started with, whatever
// pgpool.conf says since. With it orphans are known after the death of their parent, and stop needs no configuration.
struct Record {
    ProcessId main;
    std::filesystem::path config;
    Endpoints endpoints;
    std::vector<int> shared_memory;

    friend bool operator==(const Record&, const Record&) = default;
};

[[nodiscard]] std::string to_text(const Record& record);
[[nodiscard]] Result<Record> parse_record(std::string_view text);

// The record of one instance, in a directory that only root can enter. It does not survive a boot.
class RecordFile {
 public:
    RecordFile(std::filesystem::path directory, const std::string& instance);

    // Nothing if there is none. A record that cannot be trusted or read is an error.
    [[nodiscard]] Result<std::optional<Record>> read() const;
    [[nodiscard]] Status write(const Record& record) const;
    // A missing record is no error.
    [[nodiscard]] Status remove() const;

 private:
    std::filesystem::path directory_;
    std::string name_;
};

}  // namespace ra
