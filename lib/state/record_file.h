#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "facts/record.h"

namespace ra {

[[nodiscard]] std::string to_text(const Record& record);
// A key of a later version of the agent is passed over; one that is missing has its default.
[[nodiscard]] Result<Record> parse_record(std::string_view text);

// The memory `now` with those facts changed in which `after` differs from `before`: two actions that remember something
// at the same time lose nothing of each other.
[[nodiscard]] Memory merge(const Memory& now, const Memory& before, const Memory& after);

// The name of an instance's file. Instances are named by administrators: whatever the name holds, it is one plain name.
[[nodiscard]] std::string state_file_name(const std::string& instance);

// The record of one instance, in a directory that only root can enter. It does not survive a boot. An action reads the
// file once, when it first asks for it.
class RecordFile {
 public:
    RecordFile(std::filesystem::path directory, const std::string& instance);

    // Nothing if there is none. A record that cannot be trusted or read is an error.
    [[nodiscard]] const Result<std::optional<Record>>& read() const;
    // The file is read again when it is next asked for: another action may have written it.
    void forget() const { known_.reset(); }
    [[nodiscard]] Status write(const Record& record) const;
    // Changes what is remembered about `main`, locked; does nothing if the record is about another one by now.
    [[nodiscard]] Status remember(const ProcessId& main, const Memory& before, const Memory& after) const;
    // Held by one process at a time, as long as the descriptor lives. Does not wait: taken is an error.
    [[nodiscard]] Result<UniqueFd> lock() const;
    // A missing record is no error.
    [[nodiscard]] Status remove() const;

    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
    [[nodiscard]] Result<std::optional<Record>> read_file() const;

    std::filesystem::path directory_;
    std::string name_;
    mutable std::optional<Result<std::optional<Record>>> known_;
};

}  // namespace ra
