#pragma once

#include <string>

#include "decide/monitor.h"
#include "tests/unit/decide/cases/case_file.h"

// What a step is called in the output of a case, with the sentence that it carries.
namespace ra::cases {

[[nodiscard]] std::string words(IsolationQuestion question);
[[nodiscard]] std::string words(RivalQuestion question);
[[nodiscard]] std::string words(const PcpRequest& request);
[[nodiscard]] std::string words(const AskRoles& step);
[[nodiscard]] std::string words(const StepDown& step);
[[nodiscard]] std::string words(const Unblock& step);
[[nodiscard]] std::string words(const History& history);
[[nodiscard]] std::string words(const Answer& step, bool cluster_asks);
[[nodiscard]] std::string words(const AlignmentMove& move);

// What is remembered, or forgotten, between the two.
[[nodiscard]] Lines changes(const Memory& before, const Memory& after);

}  // namespace ra::cases
