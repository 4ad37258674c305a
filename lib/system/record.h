#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
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
    bool monitored = false;               // a recurring monitor has looked at its roles
    bool promoted = false;                // the cluster has given this instance the promoted role
    std::string trouble{};                // what the last look at the roles has found wrong, so that it is logged once
    std::int64_t unresponsive_since = 0;  // seconds since boot; 0: it answers
    std::int64_t isolated_since = 0;      // seconds since boot; 0: this node is connected
    std::uint32_t served_timeline = 0;    // of the primary that pgpool sent writes to when last looked at; 0: not known
    std::string overtaken{};              // why that history is not the newest, as long as both can be written to

    friend bool operator==(const Record&, const Record&) = default;
};

[[nodiscard]] std::string to_text(const Record& record);
[[nodiscard]] Result<Record> parse_record(std::string_view text);

// The name of an instance's file. Instances are named by administrators: whatever the name holds, it is one plain name.
[[nodiscard]] std::string state_file_name(const std::string& instance);

// The record of one instance, in a directory that only root can enter. It does not survive a boot.
class RecordFile {
 public:
    RecordFile(std::filesystem::path directory, const std::string& instance);

    // Nothing if there is none. A record that cannot be trusted or read is an error.
    [[nodiscard]] Result<std::optional<Record>> read() const;
    [[nodiscard]] Status write(const Record& record) const;
    // Held by one process at a time, as long as the descriptor lives. Does not wait: taken is an error.
    [[nodiscard]] Result<UniqueFd> lock() const;
    // A missing record is no error.
    [[nodiscard]] Status remove() const;

 private:
    std::filesystem::path directory_;
    std::string name_;
};

}  // namespace ra
