#include "agent/call.h"

#include "ocf/defaults.h"
#include "ocf/log.h"

namespace ra {

namespace {

Instance instance_of(const Parameters& parameters) {
    return {parameters.config, parameters.binary.filename(), parameters.user};
}

}  // namespace

Call::Call(const Environment& environment, std::string_view action, Milliseconds usual_timeout)
    : parsed_(parse_parameters(environment)),
      observer_(ProcFs(), instance_of(parsed_.values), RecordFile(defaults::state_directory, environment.instance())),
      pcp_account_(defaults::state_directory, environment.instance()),
      operation_{environment,
                 parsed_.values,
                 parsed_.problems,
                 observer_,
                 pcp_account_,
                 working_time(environment.operation_timeout(usual_timeout)),
                 Deadline::in(working_time(environment.operation_timeout(usual_timeout)))} {
    set_up_log(environment, action, parsed_.values.log_level);
}

}  // namespace ra
