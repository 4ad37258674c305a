#include "facts/node_words.h"

namespace ra {

std::string_view word_of(NodeStatus status) {
    switch (status) {
        case NodeStatus::unused: return "unused";
        case NodeStatus::waiting: return "waiting";
        case NodeStatus::up: return "up";
        case NodeStatus::down: return "down";
    }
    return "unknown";
}

std::string_view word_of(NodeRole role) {
    switch (role) {
        case NodeRole::main: return "main";
        case NodeRole::replica: return "replica";
        case NodeRole::primary: return "primary";
        case NodeRole::standby: return "standby";
    }
    return "unknown";
}

}  // namespace ra
