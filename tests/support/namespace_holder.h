#pragma once

#include "tests/support/program.h"

namespace ra::test {

// Keeps Linux namespaces of its own alive. What runs in them can be reached with inside().
class NamespaceHolder {
 public:
    // Own mounts; everything else is shared with this process.
    static NamespaceHolder with_own_mounts();

    // Own processes, whose PID 1 reaps nobody, and own System V objects.
    static NamespaceHolder with_careless_init();

    // Own mounts, network, processes and System V objects, as a container has them. All that runs in it ends with the
    // holder.
    static NamespaceHolder like_a_container();

    [[nodiscard]] Words inside(const Words& words) const;
    // True for a process inside, by its pid outside.
    [[nodiscard]] bool holds(pid_t pid) const;

    // A path as it is inside, seen from outside.
    [[nodiscard]] std::string from_outside(const std::string& path) const;

 private:
    NamespaceHolder(const Words& namespaces, const Words& first_process, Words joined);

    Program holder_;
    pid_t target_ = 0;  // a process inside
    Words joined_;      // the options of nsenter for what is not shared
};

}  // namespace ra::test
