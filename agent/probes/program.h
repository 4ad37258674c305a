#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ra::probe {

// What such a program can be told to do by its first argument; `arguments` are the others.
struct Verb {
    std::string_view name;
    int (*run)(std::span<char*> arguments);
};

// main(), with the exit status of pgpool/probe_protocol.h.
[[nodiscard]] int run_program(std::span<char*> arguments, std::span<const Verb> verbs);

// Facts are written as they come: the agent uses those that came before it lost its patience.
void print(const std::string& text);

// The exit status; a failure is printed.
[[nodiscard]] int report(const Status& status);

}  // namespace ra::probe
