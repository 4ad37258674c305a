#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "facts/settings.h"
#include "facts/snapshot.h"
#include "os/proc_fs.h"
#include "state/record_file.h"

namespace ra {

// Looks, and changes nothing. pgpool.conf, the record, the account and the addresses of this host are read once, when
// they are first needed.
class Observer {
 public:
    Observer(ProcFs proc, Instance instance, RecordFile record)
        : proc_(std::move(proc)), instance_(std::move(instance)), record_(std::move(record)) {}

    [[nodiscard]] Snapshot look(Scope scope = Scope::machine) const;

    // An error where pgpool.conf cannot be read.
    [[nodiscard]] const Result<PgpoolSettings>& settings() const;
    [[nodiscard]] const std::set<std::string>& local_addresses() const;

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
    void find_holders(Snapshot& seen) const;
    [[nodiscard]] const std::filesystem::path& resolved_binary() const;
    [[nodiscard]] bool is_name_of_pgpool(const std::string& name, std::size_t length) const;
    [[nodiscard]] bool has_name_of_pgpool(const ProcessStat& stat) const;
    [[nodiscard]] bool is_our_binary(pid_t pid, const std::filesystem::path& executable) const;
    [[nodiscard]] bool is_pgpool_by_another_name(const ProcessStat& stat) const;
    [[nodiscard]] bool has_another_config(const PgpoolProcess& process) const;
    [[nodiscard]] Result<std::optional<PgpoolProcess>> inspect(const ProcessStat& stat, const Namespaces& own,
                                                               bool is_on_record) const;
    [[nodiscard]] Status inspect_candidate(const ProcessStat& stat, const Namespaces& own,
                                           std::vector<PgpoolProcess>& processes, Snapshot& seen) const;
    [[nodiscard]] std::optional<PgpoolProcess> find_main(Snapshot& seen) const;
    [[nodiscard]] PgpoolProcess with_title(const ProcessStat& stat) const;
    void add_ending(const ProcessStat& stat, std::vector<PgpoolProcess>& processes, Snapshot& seen) const;
    [[nodiscard]] Snapshot follow_main(Scope scope) const;
    [[nodiscard]] Snapshot look_at_machine() const;
    void add_living_child(const ProcessStat& main, std::vector<PgpoolProcess>& processes) const;
    void add_descendants(pid_t parent, const std::string& name_of_main, std::vector<PgpoolProcess>& processes,
                         Snapshot& seen) const;

    ProcFs proc_;
    Instance instance_;
    RecordFile record_;
    mutable std::optional<Result<PgpoolSettings>> settings_;
    mutable std::optional<std::set<std::string>> local_addresses_;
    mutable std::optional<Result<uid_t>> user_;
    mutable std::optional<std::filesystem::path> resolved_binary_;
};

}  // namespace ra
