#include "agent/accept_history.h"

#include <fmt/format.h>

#include "act/operation.h"
#include "act/site.h"
#include "decide/accept_history.h"
#include "observe/roles.h"
#include "ocf/log.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds usual_timeout = 40s;
constexpr Milliseconds patience = 10s;

}  // namespace

std::variant<std::string, Outcome> accept_history_by_hand(const ByHand& request) {
    const auto operation = operation_for(request.environment, usual_timeout);
    set_up_log(request.environment, accept_history_action.name, operation.parameters.log_level);
    const auto& settings = operation.observer.settings();
    if (!settings) return Outcome{ExitCode::invalid_argument, settings.error().message};
    const auto served = operation.cluster.history(operation.deadline.but_within(patience));
    if (!served) return Outcome{ExitCode::generic_error, served.error().message};
    auto roles = ask_for_roles(*settings, backend_login(operation.parameters, *settings), Error{"not asked"},
                               site_of(operation), {}, operation.deadline.but_within(patience));
    roles.known_history = *served;
    auto [text, to_accept] = offer_history(roles);
    if (!to_accept) return text;
    if (!request.has_flag)
        return text + fmt::format("to do so, run the same again with {}\n", accept_history_action.flag);
    const auto kept = operation.cluster.keep_history(*to_accept, operation.deadline.but_within(patience));
    if (!kept) return Outcome{ExitCode::generic_error, kept.error().message};
    log_warning("accepted by hand: timeline {} counts from now on", to_accept->timeline);
    return text + "done: the next monitors bring it into service\n";
}

}  // namespace ra
