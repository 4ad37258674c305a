// /proc/PID/cmdline, maps and task/PID/children, each with the same content; and the titles of processes.

#include <algorithm>
#include <set>
#include <string>

#include "decide/classification.h"
#include "facts/command_line.h"
#include "os/proc_fs.h"
#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"
#include "tests/support/temporary_directory.h"

namespace ra::fuzz {

namespace {

// One process, whose files are those of the input.
struct Proc : TemporaryDirectory {
    Proc() { write("7/task/7/children", ""); }

    void fill(std::string_view content) const {
        for (const auto* name : {"7/cmdline", "7/maps", "7/task/7/children"}) write_file(path() / name, content);
    }

    const ProcFs files{path()};
};

void check_command_line(const std::vector<std::string>& arguments) {
    const auto config = config_of_main(arguments);
    demand(config || !names_its_config(arguments), "who names a configuration file is a main process");
    demand(!config || !arguments.front().starts_with("pgpool: "), "a process with a title is no main process");
}

PgpoolProcess process(pid_t pid, pid_t parent, std::vector<std::string> arguments) {
    PgpoolProcess process;
    process.stat = {{pid, 100}, "pgpool", 'S', parent, 10};
    process.arguments = std::move(arguments);
    return process;
}

// A main process on record, and two others with these arguments: a child of main, and one that nobody has forked.
void check_classification(const std::vector<std::string>& arguments) {
    Snapshot seen;
    seen.complete = true;
    seen.processes =
        std::vector{process(10, 1, {"pgpool", "-f", "/p.conf"}), process(11, 10, arguments), process(12, 1, arguments)};
    seen.tcp_listeners = std::vector<TcpListener>();
    seen.unix_listeners = std::vector<UnixListener>();
    seen.user = uid_t{0};
    seen.record.emplace().started.main = {10, 100};
    seen.record->started.endpoints.port = 9999;
    seen.pid_file = std::optional<PidFile>();
    const auto classified = classify(seen, {"/p.conf", "/usr/sbin/pgpool", "postgres"});
    demand(classified.tree.main && classified.tree.main->stat.id.pid == 10, "the process on record is main");
    demand(classified.condition != Condition::clean, "a main process that lives is not gone");
    demand(!classified.because.empty(), "a reading says why");
    for (const auto& one : *value_of(seen.processes)) {
        const auto title = title_of(one);
        demand(title.empty() || title.data() == one.arguments.front().data(), "a title is the first argument");
    }
}

}  // namespace

void check(std::string_view input) {
    static const Proc proc;
    proc.fill(input);
    const auto arguments = proc.files.arguments(7);
    const auto children = proc.files.children(7);
    const auto shared_memory = proc.files.shared_memory(7);
    demand(arguments && children && shared_memory, "the files can be read");
    demand(!arguments->empty() && (arguments->size() == 1 || !arguments->back().empty()),
           "there is an argument, and none is made up at the end");
    demand(std::set(shared_memory->begin(), shared_memory->end()).size() == shared_memory->size(),
           "no segment is named twice");
    check_command_line(*arguments);
    check_classification(*arguments);
}

}  // namespace ra::fuzz
