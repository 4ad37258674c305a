#include "act/stop.h"

#include <algorithm>

#include "act/turn.h"
#include "decide/remains.h"
#include "decide/stop.h"
#include "ocf/log.h"
#include "os/inherited_listener.h"
#include "os/signals.h"
#include "os/sysv_ipc.h"
#include "os/unix_socket.h"
#include "pgpool/pid_file.h"

namespace ra {

namespace {

void mark_done(StopProgress& progress, Rung rung) {
    switch (rung) {
        case Rung::ask: progress.asked = true; break;
        case Rung::free_pcp: progress.freed_pcp = true; break;
        case Rung::quit_children: progress.quit_children = true; break;
        case Rung::end_commands: progress.ended_commands = true; break;
        case Rung::kill: break;  // as often as it takes
    }
}

void perform(const SendSignals& step, const Observer& observer) {
    for (const auto& target : step.targets) warn_if_failed(send_signal(observer.proc(), target, step.signal));
    if (step.rung != Rung::ask && !step.targets.empty())
        log_info("sent signal {} to {} processes of pgpool: {}", step.signal, step.targets.size(), step.because);
}

// Until something of the tree has ended, or the time is over.
void wait_for_change(const Wait& step, const ProcessTree& tree, const Observer& observer) {
    const auto deadline = Deadline::in(step.at_most);
    if (tree.main) {
        wait_for_end(observer.proc(), tree.main->stat.id, deadline);
    } else if (!tree.orphans.empty()) {
        wait_for_end(observer.proc(), tree.orphans.front().stat.id, deadline);
    } else {
        deadline.sleep(step.at_most);
    }
}

// Kept by somebody who is not ended, they would keep the next pgpool from its port.
void free_ports(const std::vector<PortHolder>& heirs, const Observer& observer) {
    for (const auto& heir : heirs) {
        const auto freed = shut_down_inherited(observer.proc(), heir.pid, heir.inode);
        warn_if_failed(freed);
        if (!freed) continue;
        log_info("freed port {}: process {} ({}) had inherited the socket of pgpool", heir.port, heir.pid, heir.name);
    }
}

}  // namespace

void remove_remains(const Observer& observer, const Remains& remains) {
    if (!remains.pid_file.empty()) warn_if_failed(remove_pid_file(remains.pid_file));
    for (const auto& socket : remains.sockets) warn_if_failed(remove_dead_socket(socket));
    remove_ipc(observer.proc(), {remains.shared_memory.begin(), remains.shared_memory.end()},
               {remains.processes.begin(), remains.processes.end()});
}

Outcome end_pgpool(const Observer& observer, StopMode mode, Milliseconds budget) {
    const auto deadline = Deadline::in(budget);
    const auto times = stop_times(mode, budget);
    StopProgress progress;
    Remains remains;
    for (;;) {
        const auto seen = observer.look();
        const auto now = classify(seen, observer.instance(), remains.known);
        remains.add(remains_of(seen, now.tree));
        progress.remaining = deadline.remaining();
        progress.elapsed = budget - progress.remaining;
        const auto step = next_stop_step(now, progress, times, mode);
        if (const auto* signals = std::get_if<SendSignals>(&step)) {
            perform(*signals, observer);
            mark_done(progress, signals->rung);
            if (signals->rung == Rung::kill) wait_for_change(Wait{Milliseconds{50}}, now.tree, observer);
        } else if (const auto* wait = std::get_if<Wait>(&step)) {
            wait_for_change({std::min(wait->at_most, progress.remaining)}, now.tree, observer);
        } else if (const auto* give_up = std::get_if<GiveUp>(&step)) {
            return {ExitCode::generic_error, give_up->because};
        } else {
            free_ports(heirs_of(remains, seen), observer);
            remove_remains(observer, remains);
            warn_if_failed(observer.record().remove());
            return {};
        }
    }
}

Outcome stop(const Operation& operation) {
    // Without its turn it goes on: a start that hangs must not keep pgpool from being stopped.
    const auto turn = take_turn(operation, operation.deadline.but_within(operation.working_time / 4));
    if (!turn) log_debug("{}", turn.error().message);
    const auto outcome = end_pgpool(operation.observer, operation.parameters.stop_mode, operation.deadline.remaining());
    if (outcome.code != ExitCode::success) return outcome;
    operation.pcp_account.remove();
    const auto soon = operation.deadline.but_within(patience_with_cluster);
    warn_if_failed(operation.cluster.remove_score(soon));
    warn_if_failed(operation.cluster.remove_state(soon));
    return outcome;
}

}  // namespace ra
