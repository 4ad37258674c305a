#include "act/roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "act/site.h"
#include "decide/blocked_main.h"
#include "decide/main_node.h"
#include "observe/detachments.h"
#include "observe/query.h"
#include "observe/roles.h"
#include "ocf/defaults.h"
#include "ocf/log.h"
#include "os/signals.h"
#include "os/subprocess.h"
#include "os/user.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds before_second_query = 500ms;
constexpr Milliseconds patience_with_directory_service = 2s;

// The administrator's accounts may have changed since pgpool was started.
void refresh_account(const Operation& operation, const std::vector<std::string>& arguments_of_main, Deadline deadline) {
    const auto& account = operation.pcp_account;
    if (std::ranges::find(arguments_of_main, account.pcp_config().native()) == arguments_of_main.end()) return;
    const auto user = find_account(operation.parameters.user, deadline.but_within(patience_with_directory_service));
    warn_if_failed(user ? account.refresh(operation.parameters.pcp_config, *user, deadline) : user.error());
}

Result<Variables> login_for(const Operation& operation, const Snapshot& seen, const Classification& now) {
    if (now.condition != Condition::running) return Error{"pgpool does not serve"};
    const auto at = pcp_address(seen, now.tree);
    if (!at) return at.error();
    return pcp_login(operation.parameters, operation.pcp_account, now.tree.main->arguments, *at);
}

struct Client {
    Variables login;
    ClientAddress address;
    std::uint16_t port;
};

// As whom, and where, pgpool is asked as its clients ask it.
Result<Client> client_of(const Operation& operation, const Snapshot& seen, const Classification& now) {
    if (now.condition != Condition::running) return Error{now.because};
    const auto* at = endpoints_of(seen, now.tree);
    const auto address = client_address(seen, now.tree);
    if (at == nullptr || !address) return Error{"it is not known where pgpool accepts clients"};
    const auto& settings = operation.observer.settings();
    return Client{settings ? backend_login(operation.parameters, *settings) : Variables(), *address, at->port};
}

// The roles of a healthy pgpool are compared at a glance; what is acted on is seen as a whole.
Snapshot see_processes(const Observer& observer, Scope scope) {
    auto seen = observer.look(scope);
    if (seen.complete) return seen;
    return classify(seen, observer.instance()).condition == Condition::running ? seen : observer.look();
}

}  // namespace

RoleSight ask_for_roles(const Operation& operation, const Snapshot& seen, const Classification& now,
                        const SilentServers& silent, Deadline deadline) {
    RoleSight sight;
    sight.is_whole = seen.complete;
    sight.context = alignment_context(now.tree, operation.parameters.run_follow_primary);
    sight.check_in_the_way = check_that_may_block_main(now.tree);
    const auto& settings = operation.observer.settings();
    if (!settings) {
        sight.facts.pcp_failure = settings.error().message;
        sight.context.pcp_is_open = true;  // it does not matter: nobody was asked
        return sight;
    }
    sight.facts =
        ask_for_roles(*settings, backend_login(operation.parameters, *settings), login_for(operation, seen, now),
                      site_of(operation), silent, deadline.but_within(patience_with_answers));
    look_for_detachers(sight.facts, operation.parameters.log, settings->own_log);
    return sight;
}

RoleSight look_at_roles(const Operation& operation, Scope scope, const SilentServers& silent, Deadline deadline) {
    const auto seen = see_processes(operation.observer, scope);
    const auto now = classify(seen, operation.observer.instance());
    if (now.condition != Condition::running) {
        RoleSight sight;
        sight.is_whole = seen.complete;
        sight.context.hindrance = now.because;
        return sight;
    }
    // A promote or a start has no interval either: only a monitor without one is a probe, and may do nothing.
    if (scope == Scope::machine || !operation.environment.is_probe())
        refresh_account(operation, now.tree.main->arguments, deadline);
    return ask_for_roles(operation, seen, now, silent, deadline);
}

std::string send(const Operation& operation, const PcpRequest& request, Deadline deadline) {
    const auto seen = operation.observer.look(Scope::main);
    const auto login = login_for(operation, seen, classify(seen, operation.observer.instance()));
    if (!login) return login.error().message;
    log_info("telling pgpool to {}: {}", request.text(), request.because);
    const Command command{
        std::filesystem::path(defaults::ask_pcp_program), {request.verb, std::to_string(request.node)}, *login};
    const auto output = run_program(command, deadline);
    if (!output) return output.error().message;
    if (output->timed_out) return fmt::format("PCP did not take '{}' in time", request.text());
    if (!output->succeeded()) return output->text;
    return {};
}

void interrupt_stuck_workers(const Operation& operation) {
    const auto& observer = operation.observer;
    const auto seen = observer.look();
    const auto tree = classify(seen, observer.instance()).tree;
    for (const auto& worker : workers_that_block_main(seen, tree)) {
        log_warning("interrupting PCP worker {}: its client is idle and blocks pgpool", worker.pid);
        warn_if_failed(send_signal(observer.proc(), worker, SIGINT));
    }
}

void end_streaming_check(const Operation& operation, ProcessId check) {
    log_info("ending streaming replication check {} of pgpool: a failover may wait for it", check.pid);
    warn_if_failed(send_signal(operation.observer.proc(), check, SIGTERM));
}

QueryFindings query(const Operation& operation, const Snapshot& seen, const Classification& now) {
    const auto client = client_of(operation, seen, now);
    if (!client) return {QueryFindings::Answer::not_possible, client.error().message};
    const auto ask = [&] {
        return query_through_pgpool(client->login, client->address, client->port, operation.deadline);
    };
    auto found = ask();
    if (!has_lost_main_node(found)) return found;
    operation.deadline.sleep(before_second_query);
    return ask();
}

bool reaches_primary(const Operation& operation, const Snapshot& seen, const Classification& now) {
    const auto client = client_of(operation, seen, now);
    return client && reaches_primary(client->login, client->address, client->port, operation.deadline);
}

}  // namespace ra
