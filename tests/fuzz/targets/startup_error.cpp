#include "pgpool/startup_error.h"

#include "base/text.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    const auto error = startup_error(input);
    const auto fatal = fatal_error(input);
    demand(error.size() <= input.size() && fatal.size() <= input.size(), "nothing is made up");
    demand(error.find('\n') == std::string::npos && fatal.find('\n') == std::string::npos, "a reason is one line");
    demand(!error.empty() || trim(input).empty() || input.find(":  ") != std::string_view::npos,
           "a log that says something gives a reason");
    demand(fatal.empty() || input.find("FATAL:  ") != std::string_view::npos ||
               input.find("PANIC:  ") != std::string_view::npos,
           "only PANIC and FATAL are deadly");
}

}  // namespace ra::fuzz
