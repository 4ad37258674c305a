#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ra {

// The lines of pgpool.conf, read as pgpool's own lexer reads them (src/config/pool_config.l, the same in 4.0 to 4.7):
// an optional '=', quoted and unquoted values, numbers with units, comments that end with their line, the last of
// several lines wins, `include` relative to the file that includes. Behind a key any token is its value, also the end
// of the line ("\n"), the end of the file ("") and an odd character alone. Names and values are not judged here; pgpool
// does that.
class PgpoolConf {
 public:
    // A syntax error names the file and the line.
    [[nodiscard]] static Result<PgpoolConf> read(const std::filesystem::path& file);

    // Nothing if no line sets it.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name, std::string_view fallback) const;

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
    explicit PgpoolConf(std::filesystem::path file) : file_(std::move(file)) {}
    [[nodiscard]] Status read_into(const std::filesystem::path& file, int depth);

    std::filesystem::path file_;
    std::map<std::string, std::string, std::less<>> values_;
};

// True for what pgpool takes for true: on, yes, true, 1, and their beginnings.
[[nodiscard]] bool is_on(std::string_view value);

}  // namespace ra
