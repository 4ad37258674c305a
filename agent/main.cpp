#include <exception>

#include "agent/actions.h"

int main(int argc, char** argv) {
    try {
        return static_cast<int>(ra::run_agent(argc > 1 ? argv[1] : ""));
    } catch (const std::exception& bug) {
        return static_cast<int>(ra::report_bug(bug.what()));
    }
}
