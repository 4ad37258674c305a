#pragma once

#include "observe/snapshot.h"

namespace ra {

// Looks, and changes nothing.
class Observer {
 public:
    Observer(ProcFs proc, Instance instance, RecordFile record)
        : proc_(std::move(proc)), instance_(std::move(instance)), record_(std::move(record)) {}

    // Follows the record or the pid file to main and to its children: the cost does not grow with the machine.
    [[nodiscard]] Snapshot glance() const;

    // The same with all that descends from main: the cost grows with this pgpool, and with nothing else.
    [[nodiscard]] Snapshot glance_at_family() const;

    // Looks at every process of the machine.
    [[nodiscard]] Snapshot look() const;

    [[nodiscard]] const Instance& instance() const { return instance_; }
    [[nodiscard]] const ProcFs& proc() const { return proc_; }
    [[nodiscard]] const RecordFile& record() const { return record_; }

 private:
    void read_record(Snapshot& seen) const;
    void read_other_names_of_config(Snapshot& seen) const;
    void read_configuration(Snapshot& seen) const;
    void read_user(Snapshot& seen) const;
    [[nodiscard]] Status read_processes(Snapshot& seen) const;
    void read_listeners(Snapshot& seen) const;
    void find_port_holders(Snapshot& seen) const;
    [[nodiscard]] bool has_name_of_pgpool(const ProcessStat& stat) const;
    [[nodiscard]] Result<PgpoolProcess> describe(const ProcessStat& stat) const;
    [[nodiscard]] Result<std::optional<PgpoolProcess>> inspect(const ProcessStat& stat, const Namespaces& own) const;
    [[nodiscard]] std::optional<PgpoolProcess> find_main(Snapshot& seen) const;
    [[nodiscard]] PgpoolProcess with_title(const ProcessStat& stat) const;
    // Adds to `processes`, in which main is, some of what belongs to it.
    using AddFamily = void (Observer::*)(pid_t main, std::vector<PgpoolProcess>& processes, Snapshot& seen) const;
    [[nodiscard]] Snapshot follow_main(AddFamily add) const;
    void add_living_child(pid_t main, std::vector<PgpoolProcess>& processes, Snapshot& seen) const;
    void add_descendants(pid_t parent, std::vector<PgpoolProcess>& processes, Snapshot& seen) const;

    ProcFs proc_;
    Instance instance_;
    RecordFile record_;
};

}  // namespace ra
