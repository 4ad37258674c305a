#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/decide/cases/case_file.h"
#include "tests/unit/decide/cases/decisions.h"

// decision_cases [--rewrite] FILE…
// Compares what is decided about each case with what its file says; with --rewrite the file is made to say it. Exits
// with 1 if a file says something else, and with 2 if a file cannot be used.

namespace {

using namespace ra;
using namespace ra::cases;

constexpr int exit_different = 1;
constexpr int exit_unusable = 2;

struct Options {
    bool rewrite = false;
    std::vector<std::filesystem::path> files;
};

Options parse_options(const std::vector<std::string>& arguments) {
    Options options;
    for (const auto& argument : arguments)
        if (argument == "--rewrite")
            options.rewrite = true;
        else
            options.files.emplace_back(argument);
    return options;
}

// The same cases with what is decided now.
Result<std::vector<Case>> decide(std::vector<Case> cases, const std::filesystem::path& file) {
    const auto* decision = find_decision(file.stem().native());
    if (decision == nullptr) return Error{fmt::format("{}: there is no decision of this name", file.native())};
    for (auto& entry : cases) {
        auto world = World::of(entry, file, decision->vocabulary);
        if (!world) return world.error();
        entry.output = decision->follow(*world);
    }
    return cases;
}

bool report(const std::filesystem::path& file, const Case& expected, const Case& found) {
    if (expected.output == found.output) return false;
    fmt::print("{}:{}: {}\n", file.native(), expected.line, expected.name);
    for (const auto& line : compare(expected.output, found.output)) fmt::print("{}\n", line);
    return true;
}

int fail(const Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    return exit_unusable;
}

int check(const std::filesystem::path& file, bool rewrite) {
    const auto expected = read_cases(file);
    if (!expected) return fail(expected.error());
    const auto found = decide(*expected, file);
    if (!found) return fail(found.error());
    if (rewrite) {
        const auto written = write_cases(file, *found);
        return written ? 0 : fail(written.error());
    }
    int result = 0;
    for (std::size_t i = 0; i < found->size(); ++i)
        if (report(file, (*expected)[i], (*found)[i])) result = exit_different;
    return result;
}

int run(const std::vector<std::string>& arguments) {
    const auto options = parse_options(arguments);
    if (options.files.empty()) return fail(Error{"usage: decision_cases [--rewrite] FILE..."});
    int result = 0;
    for (const auto& file : options.files) result = std::max(result, check(file, options.rewrite));
    return result;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run({arguments + 1, arguments + count});
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
        return exit_unusable;
    }
}
