#include "act/start.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>

#include "act/adoption.h"
#include "act/as_user.h"
#include "act/cluster_questions.h"
#include "act/look_after.h"
#include "act/stop.h"
#include "act/takeover.h"
#include "act/turn.h"
#include "act/watch.h"
#include "base/files.h"
#include "base/text.h"
#include "decide/hint.h"
#include "decide/host.h"
#include "decide/remains.h"
#include "decide/start.h"
#include "decide/status_file.h"
#include "observe/collected_log.h"
#include "observe/host.h"
#include "observe/roles.h"
#include "ocf/defaults.h"
#include "ocf/log.h"
#include "os/signals.h"
#include "os/subprocess.h"
#include "os/user.h"
#include "pgpool/client_handshake.h"
#include "pgpool/startup_error.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds patience_with_alignment = 10s;

// The file with the accounts for PCP. On a host that can make none of the agent's own pgpool serves as well: only the
// roles suffer.
Result<std::filesystem::path> prepare_pcp_config(const Operation& operation, const SystemUser& user) {
    const auto& parameters = operation.parameters;
    if (!parameters.pcp_user.empty()) return parameters.pcp_config;
    const auto made = operation.pcp_account.refresh(parameters.pcp_config, user, operation.deadline);
    if (made) return operation.pcp_account.pcp_config();
    if (made.error().number != ENOTSUP) return made.error();
    log_warning("{}: pgpool is started without it, and node roles are only reported", made.error().message);
    log_info("HINT: {}", hint_for_account);
    return parameters.pcp_config;
}

// -n: the process that is started is main itself, and what it says is not thrown away. -D would discard what the agent
// has written to pgpool_status.
Command pgpool_command(const Operation& operation, const SystemUser& user, const std::filesystem::path& pcp_config,
                       bool has_written_status) {
    const auto& parameters = operation.parameters;
    Command command{parameters.binary,
                    {"-n", "-f", parameters.config, "-F", pcp_config, "-a", parameters.hba_config},
                    environment_for(operation.environment, user)};
    std::ranges::copy(parameters.options.words, std::back_inserter(command.arguments));
    if (parameters.options.discards_status && !has_written_status) command.arguments.emplace_back("-D");
    return command;
}

// One start: what it has launched, and what it knows so far.
class Start {
 public:
    explicit Start(const Operation& operation) : operation_(operation), observer_(operation.observer) {
        const auto facts = look_at_host(operation.parameters, operation.deadline);
        progress_.problems = operation.problems;
        if (progress_.problems.empty()) progress_.problems = judge_host(operation.parameters, facts);
        if (const auto* user = value_of(facts.user)) user_ = *user;
        if (!user_.other_groups.empty())
            log_warning("starting with the groups of /etc/group alone: {}", user_.other_groups);
        const auto policy = policy_of(operation, Purpose::start, role_level);
        progress_.looks_for_isolation = policy.looks_for_isolation;
    }

    [[nodiscard]] const BeforeStart& before() const { return before_; }

    Outcome run() {
        // A start that fails has to end what it has begun, and that takes time too.
        const auto deadline = operation_.deadline.but_within(operation_.working_time * 8 / 10);
        for (;;) {
            const auto seen = observer_.look();
            const auto now = classify(seen, observer_.instance());
            note_configuration(seen);
            note_own_log(now);
            note_ending();
            note_unseen_holder(now);
            progress_.remaining = deadline.remaining();
            progress_.accepting_for = std::chrono::duration_cast<Milliseconds>(Deadline::Clock::now() - accepted_);
            const auto step = next_start_step(now, progress_);
            if (auto outcome = std::visit([&](const auto& s) { return perform(s, seen, now); }, step)) return *outcome;
        }
    }

 private:
    using Finished = std::optional<Outcome>;

    Finished perform(const Refuse& step, const Snapshot&, const Classification&) const { return step.outcome; }

    Finished perform(const IsolationQuestion& question, const Snapshot&, const Classification&) {
        answer(question, operation_, progress_.isolation);
        return {};
    }

    Finished perform(const CleanUp& step, const Snapshot&, const Classification&) {
        log_info("{}: ending what is left of an earlier pgpool", step.because);
        auto ended = end_pgpool(observer_, StopMode::fast, progress_.remaining / 2);
        if (ended.code == ExitCode::success) return {};
        return ended;
    }

    Finished perform(const RemoveRemains&, const Snapshot& seen, const Classification& now) {
        remove_remains(observer_, remains_of(seen, now.tree));
        progress_.cleaned = true;
        return {};
    }

    Finished perform(const Launch&, const Snapshot& seen, const Classification&) {
        before_ = take_over_before_start(operation_, nodes_down_before(),
                                         operation_.deadline.but_within(progress_.remaining / 2));
        if (auto refused = prepare_status_file()) return refused;
        prepare_directories();
        auto log = open_log_file(operation_.parameters.log, user_);
        if (!log) return Outcome{ExitCode::no_permission, log.error().message};
        log_size_ = log->size;
        const auto pcp_config = prepare_pcp_config(operation_, user_);
        if (!pcp_config) return Outcome{ExitCode::generic_error, pcp_config.error().message};
        if (const auto& settings = observer_.settings()) {
            progress_.own_log = settings->own_log.place();
            collected_.emplace(settings->own_log.directory);
        }
        auto daemon =
            launch_daemon(pgpool_command(operation_, user_, *pcp_config, has_written_status_), &user_, log->fd);
        if (!daemon) return Outcome{code_of_failed_launch(daemon.error().number), daemon.error().message};
        daemon_ = std::move(*daemon);
        const auto stat = observer_.proc().stat(daemon_->pid());
        if (!stat) return Outcome{ExitCode::generic_error, stat.error().message};
        progress_.launched = stat->id;
        // What could not be read here pgpool will refuse itself, in its own words.
        if (const auto* at = value_of(seen.configured)) return keep_record(*at, stat->id, {});
        return {};
    }

    Finished perform(const AskForAcceptance&, const Snapshot& seen, const Classification& now) {
        const auto address = client_address(seen, now.tree);
        const auto attempt = Deadline::in(std::min<Milliseconds>(progress_.remaining, 1s));
        if (address && accepts_client(*address, attempt)) {
            progress_.accepts_clients = true;
            accepted_ = Deadline::Clock::now();
        }
        if (!value_of(progress_.accepts_clients)) operation_.deadline.sleep(20ms);
        return {};
    }

    Finished perform(const Wait& step, const Snapshot&, const Classification&) const {
        operation_.deadline.sleep(std::min(step.at_most, progress_.remaining));
        return {};
    }

    Finished perform(const Started& step, const Snapshot& seen, const Classification& now) {
        const auto& main = *now.tree.main;
        if (step.adopted) log_info("pgpool {} runs already", main.stat.id.pid);
        const auto* at = endpoints_of(seen, now.tree);
        if (at == nullptr) return Outcome{};
        const auto recorded = keep_record(*at, main.stat.id, shared_memory_of(now.tree));
        // An adopted pgpool serves: that nothing can be noted about it is no reason to call it failed.
        if (recorded && step.adopted) {
            log_warning("{}", recorded->reason);
            return Outcome{};
        }
        return recorded ? recorded : Outcome{};
    }

    Finished perform(const FailStart& step, const Snapshot&, const Classification&) {
        // Also when main has died by itself: a child of its may live a moment longer.
        constexpr Milliseconds patience_with_hanging = 3s;
        const auto remaining = operation_.deadline.remaining();
        if (progress_.launched) end_launched(step.hangs ? std::min(remaining, patience_with_hanging) : remaining);
        operation_.pcp_account.remove();
        return Outcome{ExitCode::generic_error, step.because};
    }

    [[nodiscard]] std::set<int> nodes_down_before() const {
        constexpr std::size_t limit = 65536;
        const auto& settings = observer_.settings();
        if (!settings || settings->status_file.empty()) return {};
        const ActingAs acting(user_);
        const auto status = read_file(settings->status_file, limit);
        return status ? down_in_status(*status) : std::set<int>();
    }

    // A file that cannot be written costs time only, unless it keeps out a server that must not serve.
    Finished prepare_status_file() {
        const auto& settings = observer_.settings();
        if (!settings) return {};
        // Of a primitive the takeover was made before, or something stands against it: then pgpool may find out.
        const auto takeover = operation_.cluster.is_promotable() ? operation_.parameters.takeover : TakeoverBy::nobody;
        const auto status = status_before_start(before_.roles, takeover);
        if (!status) return {};
        const auto written = write_status_file(settings->status_file, status->lines);
        has_written_status_ = static_cast<bool>(written);
        if (written) return {};
        if (!status->keeps_out.empty())
            return Outcome{ExitCode::generic_error, fmt::format("{}, and pgpool would begin with it: {}",
                                                                status->keeps_out, written.error().message)};
        if (!settings->status_file.empty()) log_warning("{}", written.error().message);
        return {};
    }

    Status write_status_file(const std::filesystem::path& file, const std::string& lines) const {
        if (file.empty())
            return Error{
                "the place of pgpool_status is not known: give logdir (work_dir from pgpool 4.7 on) in "
                "pgpool.conf as an absolute path"};
        log_info("writing '{}' before start: {}", file.native(), one_line(lines, 80));
        const ActingAs acting(user_);
        const UniqueFd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!directory) return system_error("open", file.parent_path().native(), errno);
        return replace_file(directory, file.filename(), lines);
    }

    // Where that fails, what is to be written there says why.
    void prepare_directories() {
        warn_if_failed(make_directory_of(operation_.parameters.log, user_));
        const auto& settings = observer_.settings();
        if (settings && settings->endpoints) warn_if_failed(make_directory_of(settings->endpoints->pid_file, user_));
    }

    Finished keep_record(const Endpoints& at, ProcessId main, std::vector<int> shared_memory) {
        const auto written = begin_record(operation_, at, main, std::move(shared_memory));
        if (written) return {};
        if (progress_.launched) end_launched(operation_.deadline.remaining());
        return Outcome{ExitCode::generic_error, written.error().message};
    }

    // Also where it is not seen as pgpool: it is the process that was launched.
    void end_launched(Milliseconds budget) {
        const auto& proc = observer_.proc();
        warn_if_failed(send_signal(proc, *progress_.launched, SIGINT));
        wait_for_end(proc, *progress_.launched, operation_.deadline.but_within(budget / 4));
        auto ended = end_pgpool(observer_, StopMode::fast, std::min(budget, operation_.deadline.remaining()));
        const auto rest = operation_.deadline.remaining();
        if (ended.code != ExitCode::success && rest > 0ms) ended = end_pgpool(observer_, StopMode::fast, rest);
        if (ended.code != ExitCode::success) log_error("{}", ended.reason);
        warn_if_failed(send_signal(proc, *progress_.launched, SIGKILL));
    }

    void note_configuration(const Snapshot& seen) {
        const auto* error = std::get_if<Error>(&seen.configured);
        progress_.unreadable = error == nullptr ? "" : error->message;
        progress_.is_too_large = error != nullptr && error->number == EFBIG;
    }

    // Of interest only as long as pgpool does not serve.
    void note_own_log(const Classification& now) {
        if (!collected_ || now.condition == Condition::running) return;
        const ActingAs acting(user_);
        progress_.fatal = fatal_error(collected_->written());
    }

    void note_ending() {
        if (!daemon_ || progress_.ended) return;
        const auto ending = daemon_->ending();
        if (!ending) return;
        constexpr std::size_t log_limit = 65536;
        const auto log = read_log(log_limit);
        auto words = progress_.fatal;
        // Where pgpool logs elsewhere, its last line here only says so.
        if (log && words.empty()) words = progress_.own_log.empty() ? startup_error(*log) : fatal_error(*log);
        progress_.ended = ending_in_words(ending->text(), words);
    }

    void note_unseen_holder(const Classification& now) {
        const auto time = Deadline::Clock::now();
        if (!is_held_unseen(now))
            held_unseen_since_.reset();
        else if (!held_unseen_since_)
            held_unseen_since_ = time;
        progress_.held_unseen_for = std::chrono::duration_cast<Milliseconds>(time - held_unseen_since_.value_or(time));
    }

    // With the rights of pgpool's user, who may have put a link in its place.
    [[nodiscard]] Result<std::string> read_log(std::size_t limit) const {
        const ActingAs acting(user_);
        return read_tail(operation_.parameters.log, log_size_, limit);
    }

    [[nodiscard]] std::string ending_in_words(const std::string& ending, const std::string& words) const {
        if (!words.empty()) return fmt::format("pgpool did not start: {}", words);
        if (!progress_.own_log.empty())
            return fmt::format("pgpool ended at once with {}; for its reason see {}", ending, progress_.own_log);
        return fmt::format("pgpool ended at once with {} and wrote no reason to '{}'", ending,
                           operation_.parameters.log.native());
    }

    const Operation& operation_;
    const Observer& observer_;
    SystemUser user_;  // once there is no problem
    StartProgress progress_;
    std::optional<Daemon> daemon_;
    Deadline::Clock::time_point accepted_;
    std::optional<Deadline::Clock::time_point> held_unseen_since_;
    off_t log_size_ = 0;
    BeforeStart before_;
    bool has_written_status_ = false;
    std::optional<CollectedLog> collected_;  // since it is launched
};

// A pgpool that starts after a takeover may find another primary than it knows. Where its own search still waits for a
// dead backend, PCP is not open, and the next monitor of level 10 aligns.
void align_after_start(const Operation& operation, const BeforeStart& before) {
    const LookTimes times{operation.deadline.but_within(patience_with_alignment), Deadline::in(0ms)};
    const auto found = look_after(operation, policy_of(operation, Purpose::start, role_level), times, before);
    if (found.reason.empty()) return;
    log_warning("started, but {}", found.reason);
    if (!look_for_pcp_means(operation.parameters, operation.deadline).no_library.empty())
        log_info("HINT: {}", hint_for_libpcp);
}

}  // namespace

Outcome start(const Operation& operation) {
    const auto turn = take_turn(operation, operation.deadline.but_within(operation.working_time / 2));
    if (!turn && turn.error().number == EWOULDBLOCK)
        return {ExitCode::generic_error, "cannot start pgpool: another start or stop of it is still under way"};
    Start begun(operation);
    const auto outcome = begun.run();
    if (outcome.code != ExitCode::success) return outcome;
    if (operation.parameters.align) align_after_start(operation, begun.before());
    begin_watch(operation);
    return outcome;
}

}  // namespace ra
