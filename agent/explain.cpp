#include "agent/explain.h"

#include "act/diagnose.h"
#include "explain/print.h"
#include "ocf/log.h"

namespace ra {

std::string explain_by_hand(ByHand request) {
    constexpr Milliseconds usual_timeout = std::chrono::seconds(40);
    const auto operation = operation_for(request.environment, usual_timeout);
    set_up_log(request.environment, explain_action.name, operation.parameters.log_level);
    const auto explanation = explain(diagnose(operation, std::move(request.configuration), std::move(request.origin)));
    return request.has_flag ? to_json(explanation) : to_text(explanation);
}

}  // namespace ra
