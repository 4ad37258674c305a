#include "tests/fuzz/target.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace ra::fuzz {

void demand(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "this does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

std::pair<std::string_view, std::string_view> cut_first_line(std::string_view input) {
    const auto end = input.find('\n');
    if (end == std::string_view::npos) return {input, {}};
    return {input.substr(0, end), input.substr(end + 1)};
}

}  // namespace ra::fuzz

// The name and the form are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ra::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
