// Stands in for libFuzzer where a target is compiled without it: checks each file of the directories that it is given.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <span>
#include <vector>

#include "tests/fuzz/target.h"
#include "tests/support/temporary_directory.h"

namespace {

int replay(std::span<char*> directories) {
    std::vector<std::filesystem::path> files;
    for (const auto* directory : directories)
        for (const auto& entry : std::filesystem::directory_iterator(directory)) files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& file : files) {
        std::printf("%s\n", file.c_str());
        std::fflush(stdout);  // the last one is the one that does not hold
        ra::fuzz::check(ra::test::read_text(file));
    }
    return files.empty() ? 1 : 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        return replay(std::span(arguments, static_cast<std::size_t>(argument_count)).subspan(1));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cannot replay: %s\n", error.what());
        return 1;
    }
}
