#include "tests/unit/decide/cases/case_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace ra::cases {

namespace {

constexpr std::string_view before_name = "# ";
constexpr std::string_view before_output = "----";

enum class Part { nothing, state, output };

class Reader {
 public:
    // False: the line has no place here.
    bool take(std::size_t number, const std::string& line) {
        if (line.starts_with(before_name)) return begin(number, line.substr(before_name.size()));
        if (line.empty()) return end();
        if (part_ == Part::nothing) return false;
        if (line == before_output) return turn_to_output();
        auto& current = cases_.back();
        (part_ == Part::state ? current.state : current.output).push_back(line);
        return true;
    }

    [[nodiscard]] const std::vector<Case>& cases() const { return cases_; }

 private:
    bool begin(std::size_t number, const std::string& name) {
        if (part_ != Part::nothing || std::ranges::find(cases_, name, &Case::name) != cases_.end()) return false;
        cases_.push_back({name, number});
        part_ = Part::state;
        return true;
    }

    bool turn_to_output() {
        if (part_ != Part::state) return false;
        part_ = Part::output;
        return true;
    }

    bool end() {
        part_ = Part::nothing;
        return true;
    }

    std::vector<Case> cases_;
    Part part_ = Part::nothing;
};

// lengths[i][j]: how many lines the rests from i and j on have in common, in their order.
std::vector<std::vector<std::size_t>> common_lengths(const Lines& a, const Lines& b) {
    std::vector<std::vector<std::size_t>> lengths(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (auto i = a.size(); i-- > 0;)
        for (auto j = b.size(); j-- > 0;)
            lengths[i][j] = a[i] == b[j] ? lengths[i + 1][j + 1] + 1 : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    return lengths;
}

void append(std::string& text, const Lines& lines) {
    for (const auto& line : lines) text += line + '\n';
}

}  // namespace

Result<std::vector<Case>> read_cases(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) return system_error("read", file.native(), errno);
    Reader reader;
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);)
        if (!reader.take(++number, line))
            return Error{fmt::format("{}:{}: this line has no place here, or the name is not new: {}", file.native(),
                                     number, line)};
    if (stream.bad()) return system_error("read", file.native(), errno);
    if (reader.cases().empty()) return Error{fmt::format("{}: there is no case in it", file.native())};
    const auto empty = std::ranges::find_if(reader.cases(), [](const Case& entry) { return entry.state.empty(); });
    if (empty == reader.cases().end()) return reader.cases();
    return Error{fmt::format("{}:{}: this case has no state: {}", file.native(), empty->line, empty->name)};
}

Status write_cases(const std::filesystem::path& file, const std::vector<Case>& cases) {
    std::string text;
    for (const auto& entry : cases) {
        if (!text.empty()) text += '\n';
        text += fmt::format("{}{}\n", before_name, entry.name);
        append(text, entry.state);
        text += fmt::format("{}\n", before_output);
        append(text, entry.output);
    }
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << text << std::flush;
    if (!stream) return system_error("write", file.native(), errno);
    return Done{};
}

Lines compare(const Lines& expected, const Lines& found) {
    const auto common = common_lengths(expected, found);
    Lines lines;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < expected.size() || j < found.size()) {
        const bool both = i < expected.size() && j < found.size() && expected[i] == found[j];
        const bool only_expected =
            !both && i < expected.size() && (j == found.size() || common[i + 1][j] >= common[i][j + 1]);
        if (both) lines.push_back("  " + expected[i]);
        if (only_expected) lines.push_back("- " + expected[i]);
        if (!both && !only_expected) lines.push_back("+ " + found[j]);
        if (both || only_expected) ++i;
        if (both || !only_expected) ++j;
    }
    return lines;
}

}  // namespace ra::cases
