#include "act/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "decide/classification.h"
#include "decide/wedge.h"
#include "ocf/defaults.h"
#include "ocf/log.h"
#include "system/launcher.h"
#include "system/signals.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

// What a promotion takes in pgpool: it ends all children, and tries each dead backend once.
constexpr Milliseconds effect_time = 15s;

struct Request {
    std::string verb;
    int node;
    std::string because;

    friend bool operator==(const Request& a, const Request& b) { return a.verb == b.verb && a.node == b.node; }
};

std::optional<Request> request_of(const AlignmentStep& step) {
    if (const auto* attach = std::get_if<AttachNode>(&step)) return Request{"attach", attach->id, attach->because};
    if (const auto* promote = std::get_if<PromoteNode>(&step)) return Request{"promote", promote->id, promote->because};
    return std::nullopt;
}

// What pgpool may show while it does what it was told: it is not done yet, it runs a command of the administrator for
// it, or it starts PCP again.
bool is_under_way(const Alignment& now) {
    return request_of(now.state) || std::holds_alternative<NotNow>(now.state) || !now.facts.pcp_failure.empty();
}

// The roles of a healthy pgpool are compared at a glance; what is acted on is seen as a whole, as the kernel's list of
// children may lack one while others end.
Snapshot see_family(const Observer& observer, bool may_act) {
    if (may_act) return observer.look();
    auto seen = observer.glance_at_family();
    return classify(seen, observer.instance()).condition == Condition::running ? seen : observer.look();
}

class Aligner {
 public:
    Aligner(const Operation& operation, Deadline deadline) : operation_(operation), deadline_(deadline) {}

    Alignment run(bool may_act) {
        std::vector<Request> sent;
        auto effect = deadline_;
        for (;;) {
            auto now = look(may_act);
            if (!may_act) return now;
            const auto request = request_of(now.state);
            if (request && std::ranges::find(sent, *request) == sent.end()) {
                if (auto refused = send(*request)) {
                    now.state = MustNot{std::move(*refused)};
                    return now;
                }
                sent.push_back(*request);
                effect = deadline_.but_within(effect_time);
            } else if (is_under_way(now) && !sent.empty() && !effect.passed()) {
                std::this_thread::sleep_for(100ms);
            } else {
                if (request)
                    now.state = MustNot{fmt::format("pgpool was told to {} node {}, and has not done it", request->verb,
                                                    request->node)};
                return now;
            }
        }
    }

 private:
    Alignment look(bool may_act) {
        const auto& observer = operation_.observer;
        const auto seen = see_family(observer, may_act);
        const auto now = classify(seen, observer.instance());
        const auto* at = endpoints_of(seen, now.family);
        if (now.condition != Condition::running || at == nullptr) return {{}, NotNow{now.because}};
        const auto conf = PgpoolConf::read(operation_.parameters.config);
        if (!conf) return {{}, MustNot{conf.error().message}};
        login_ = pcp_login(operation_.parameters, operation_.pcp_account, now.family.main->arguments, *at);
        // A promote or a start has no interval either: only a monitor without one is a probe, and may do nothing.
        const bool is_probe = !may_act && operation_.environment.is_probe();
        if (!is_probe) refresh_account(now.family.main->arguments);
        auto facts = ask_for_roles(*conf, backend_login(operation_.parameters, *conf), login_,
                                   deadline_.but_within(patience_with_answers));
        if (facts.pcp_is_silent && !is_probe) free_main();
        const auto context = alignment_context(now.family, operation_.parameters.run_follow_primary);
        auto step = next_alignment_step(facts, context);
        const bool unresponsive = facts.pcp_is_silent || context.failover_runs || !context.pcp_is_open;
        return {std::move(facts), std::move(step), unresponsive};
    }

    // The administrator's accounts may have changed since pgpool was started.
    void refresh_account(const std::vector<std::string>& arguments_of_main) const {
        const auto& account = operation_.pcp_account;
        if (std::ranges::find(arguments_of_main, account.pcp_config().native()) == arguments_of_main.end()) return;
        const auto user = find_user(operation_.parameters.user);
        const auto refreshed =
            user ? account.refresh(operation_.parameters.pcp_config, *user, deadline_) : user.error();
        if (!refreshed) log_warning("{}", refreshed.error().message);
    }

    // What is signalled is identified as a whole: a glance knows the children by their parent alone.
    void free_main() const {
        const auto seen = operation_.observer.look();
        const auto family = classify(seen, operation_.observer.instance()).family;
        for (const auto& worker : workers_that_block_main(seen, family)) {
            log_warning("interrupting PCP worker {}: its client says nothing, and pgpool waits for it", worker.pid);
            const auto sent = send_signal(operation_.observer.proc(), worker, SIGINT);
            if (!sent) log_warning("{}", sent.error().message);
        }
    }

    // The reason why it could not be sent; nothing if pgpool took it.
    [[nodiscard]] std::optional<std::string> send(const Request& request) const {
        log_info("telling pgpool to {} node {}: {}", request.verb, request.node, request.because);
        const Command command{
            std::filesystem::path(defaults::ask_pcp_program), {request.verb, std::to_string(request.node)}, *login_};
        const auto output = ra::run(command, deadline_);
        if (!output) return output.error().message;
        if (output->timed_out) return fmt::format("PCP did not take '{} node {}' in time", request.verb, request.node);
        if (!output->succeeded()) return output->text;
        return std::nullopt;
    }

    const Operation& operation_;
    Deadline deadline_;
    Result<Variables> login_ = Error{"PCP was not asked"};
};

}  // namespace

Alignment align(const Operation& operation, bool may_act, Deadline deadline) {
    if (!may_act) return Aligner(operation, deadline).run(false);
    const auto lock = operation.observer.record().lock();
    if (!lock) return {{}, NotNow{lock.error().message}};
    return Aligner(operation, deadline).run(true);
}

}  // namespace ra
