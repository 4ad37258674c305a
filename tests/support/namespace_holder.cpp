#include "tests/support/namespace_holder.h"

#include <filesystem>
#include <stdexcept>

#include "tests/support/eventually.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

// The process below `pid` that has become `sleep`: it is inside, and everything is set up.
pid_t find_sleeper(pid_t pid) {
    if (const auto process = find_process(pid); process && process->name == "sleep") return pid;
    for (const auto child : living_children(pid))
        if (const auto sleeper = find_sleeper(child); sleeper != 0) return sleeper;
    return 0;
}

}  // namespace

NamespaceHolder NamespaceHolder::with_own_mounts() {
    return NamespaceHolder({"unshare", "--mount"}, {"sleep", "infinity"}, {"--mount"});
}

NamespaceHolder NamespaceHolder::with_careless_init() {
    return NamespaceHolder({"unshare", "--mount", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"},
                           {"sleep", "infinity"}, {"--mount", "--ipc", "--pid"});
}

NamespaceHolder NamespaceHolder::like_a_container() {
    return NamespaceHolder({"unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"},
                           {"tini", "--", "sh", "-c", "ip link set lo up && exec sleep infinity"},
                           {"--mount", "--net", "--ipc", "--pid"});
}

NamespaceHolder::NamespaceHolder(const Words& namespaces, const Words& first_process, Words joined)
    : holder_(namespaces + first_process), joined_(std::move(joined)) {
    const auto found = [this] {
        target_ = find_sleeper(holder_.pid());
        return target_ != 0;
    };
    if (!eventually(found)) throw std::runtime_error("cannot make namespaces with unshare");
}

Words NamespaceHolder::inside(const Words& words) const {
    return Words{"nsenter", "--target", std::to_string(target_)} + joined_ + Words{"--"} + words;
}

bool NamespaceHolder::holds(pid_t pid) const {
    std::error_code gone;
    const auto processes_of = [&gone](pid_t of) {
        return std::filesystem::read_symlink("/proc/" + std::to_string(of) + "/ns/pid", gone);
    };
    return processes_of(pid) == processes_of(target_);
}

std::string NamespaceHolder::from_outside(const std::string& path) const {
    return "/proc/" + std::to_string(target_) + "/root" + path;
}

}  // namespace ra::test
