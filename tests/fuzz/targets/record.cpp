#include "state/record_file.h"
#include "tests/fuzz/target.h"

namespace ra::fuzz {

void check(std::string_view input) {
    const auto name = state_file_name(std::string(input));
    demand(name.find('/') == std::string::npos && name != "." && name != "..",
           "an instance's file is in its directory");
    const auto record = parse_record(input);
    if (!record) {
        demand(!record.error().message.empty(), "a refusal says why");
        return;
    }
    demand(record->started.main.pid > 0 && record->started.main.start_time > 0, "a record is about a process");
    const auto text = to_text(*record);
    const auto again = parse_record(text);
    demand(again.ok(), "what is written is read again");
    demand(to_text(*again) == text, "what was read again is written again as it was");
    demand(merge(again->memory, again->memory, again->memory) == again->memory, "nothing new changes nothing");
    demand(merge(Memory{}, Memory{}, again->memory) == again->memory, "what is new is taken over");
}

}  // namespace ra::fuzz
