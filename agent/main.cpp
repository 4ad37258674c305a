#include <exception>
#include <string_view>
#include <vector>

#include "agent/actions.h"

int main(int argc, char** argv) {
    try {
        const std::vector<std::string_view> arguments(argv + (argc > 1 ? 2 : argc), argv + argc);
        return static_cast<int>(ra::run_agent(argc > 1 ? argv[1] : "", arguments));
    } catch (const std::exception& bug) {
        return static_cast<int>(ra::report_bug(bug.what()));
    }
}
